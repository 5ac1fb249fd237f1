"""In place of the support for HTTP/2, which no function switches on; `probe` beside it is urllib3's own."""
