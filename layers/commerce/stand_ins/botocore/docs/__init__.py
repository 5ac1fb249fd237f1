"""In place of what writes botocore's manual."""
