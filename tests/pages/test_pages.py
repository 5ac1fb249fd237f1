"""The pages in a browser: what they show, that a call can be tried, that they ask no other host for anything."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from local.workspace import ROOT
from tests.support import local_cloud
from tests.support.documents import block

SECONDS = 40
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def found(*names: str) -> str:
    """Where a program is. Where there is none it ends the run, and says what to do."""
    for name in names:
        if path := shutil.which(name):
            return path
    pytest.exit(f"NO BROWSER: {' or '.join(names)} is needed. On Debian: apt-get install chromium chromium-driver", 1)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with local_cloud.up() as stack:
        yield stack["baseUrl"]


@pytest.fixture(scope="session")
def browser(address: str) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = found(*BROWSERS)
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(found("chromedriver")))
    try:
        yield driver
    finally:
        driver.quit()


@pytest.fixture
def shown(browser: webdriver.Chrome, address: str) -> Iterator[Callable[..., webdriver.Chrome]]:
    """`shown("/cart", dark=True, width=400)`: the browser at that page. No other host was asked for anything."""

    def show(path: str, *, dark: bool = False, width: int = 1200) -> webdriver.Chrome:
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.get("about:blank")  # another fragment alone would load nothing
        browser.get(address + path)
        return browser

    browser.get_log("performance")
    yield show
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"].endswith("BeSent") and "request" in message["params"]
    ]
    own = urlsplit(address).netloc
    assert asked
    assert [url for url in asked if urlsplit(url).scheme.startswith("http") and urlsplit(url).netloc != own] == []


def until(browser: webdriver.Chrome, text: str) -> str:
    """The text of the page once it holds this one."""
    body = ""

    def holds(_: Any) -> bool:
        nonlocal body
        body = browser.find_element(By.TAG_NAME, "body").text
        return text in body

    WebDriverWait(browser, SECONDS, ignored_exceptions=[Exception]).until(holds, f"{text} does not show")
    return body


def fits(browser: webdriver.Chrome) -> bool:
    return bool(browser.execute_script("return document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1200, 400])
def test_the_reference_shows_every_api(shown: Any, dark: bool, width: int) -> None:
    browser = shown("/", dark=dark, width=width)
    until(browser, "logged in")
    until(browser, "Authentication")
    assert fits(browser)


@pytest.mark.parametrize(
    ("method", "path"), [("PUT", "/ccstore/v1/profiles/current"), ("POST", "/ccstore/v1/orders/current")]
)
def test_a_call_is_tried_in_the_reference(shown: Any, address: str, method: str, path: str) -> None:
    browser = shown(f"/#tag/store/{method}{path}")
    until(browser, "logged in")
    click(browser, f"Test Request({method.lower()} {path})")
    click(browser, f"Send {method.lower()} request to {address}{path}")
    answered = """
        return performance.getEntriesByType('resource').filter(entry => entry.name === arguments[0])
            .map(entry => entry.responseStatus)"""
    WebDriverWait(browser, SECONDS).until(lambda b: b.execute_script(answered, address + path))
    assert browser.execute_script(answered, address + path) == [200]


def click(browser: webdriver.Chrome, text: str) -> None:
    """Clicks the button whose text holds this one, once it is there."""
    found = """
        const button = [...document.querySelectorAll('button')].find(it => it.textContent.includes(arguments[0]));
        button?.click();
        return Boolean(button);"""
    WebDriverWait(browser, SECONDS).until(lambda b: b.execute_script(found, text), f"no button {text}")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [1200, 400])
def test_a_cart_is_explained(shown: Any, dark: bool, width: int) -> None:
    browser = shown("/cart", dark=dark, width=width)
    receipt = until(browser, "Total")
    assert "5 × T-shirt" in receipt
    assert "Every fifth T-shirt 40 % off" in receipt
    assert "$115.00" in receipt
    assert "Stickers for your poster asks for more, or other, products in the cart" in receipt
    assert fits(browser)


def test_every_sample_cart_is_priced_and_its_rows_add_up(shown: Any) -> None:
    browser = shown("/cart")
    until(browser, "Total")
    buttons = browser.find_elements(By.CSS_SELECTOR, "#samples button")
    assert len(buttons) == 5
    for button in buttons:
        browser.execute_script("document.querySelector('#receipt').replaceChildren()")
        button.click()
        until(browser, "Total")
        said = browser.find_element(By.ID, "said").text
        assert said == "", (button.text, said)
        *rows, total = [
            float(re.sub(r"[$,]", "", text))
            for text in (row.text.split("\n")[-1] for row in browser.find_elements(By.CSS_SELECTOR, ".receipt .row"))
            if re.fullmatch(r"-?\$[\d,.]+", text)
        ]
        assert total == pytest.approx(sum(rows)), (button.text, rows)


def test_what_is_refused_is_said(shown: Any) -> None:
    browser = shown("/cart")
    until(browser, "Total")
    field = browser.find_element(By.ID, "request")
    field.clear()
    field.send_keys('{"shoppingCart": {"items": [{"productId": "nothing", "catRefId": "nothing", "quantity": 1}]}}')
    browser.find_element(By.ID, "price").click()
    WebDriverWait(browser, SECONDS).until(lambda b: b.find_element(By.CSS_SELECTOR, "#said.bad").text)


def test_sections_of_the_contract_are_led_to(shown: Any) -> None:
    browser = shown("/cart")
    until(browser, "Total")
    browser.find_element(By.CSS_SELECTOR, ".receipt h2 a").click()
    until(browser, "Prices")
    anchor = urlsplit(browser.current_url).fragment
    assert browser.find_element(By.ID, anchor).text.startswith("4. Prices")


def test_the_readme_s_calls_from_a_browser(shown: Any, address: str) -> None:
    printed = re.search(
        r"^```js$(.*?)^```$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert printed
    program = printed[1].replace("http://localhost:4566", address).replace("console.log(", "return (")
    browser = shown("/contract/README.md")
    assert browser.execute_script(f"return (async () => {{{program}}})()") == 115


@pytest.fixture
def storefront() -> Iterator[str]:
    """The address of a development server: another port of this machine, an empty page."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("localhost", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


def test_the_readme_s_storefront(browser: webdriver.Chrome, address: str, storefront: str) -> None:
    printed = block("README.md", "From a browser").text.replace("http://localhost:4566", address)
    browser.get(storefront)
    program = """
        const [printed, done] = arguments, shown = [];
        console.log = (text) => shown.push(text);
        const run = Object.getPrototypeOf(async () => {}).constructor(printed);
        run().then(() => done(shown), (error) => done(String(error)));
    """
    (total,) = browser.execute_async_script(program, printed)
    assert total > 0
