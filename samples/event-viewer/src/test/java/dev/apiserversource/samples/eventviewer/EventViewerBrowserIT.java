package dev.apiserversource.samples.eventviewer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The page in a real browser. Skipped where no Chromium is installed. Screenshots are left in target/screenshots. */
class EventViewerBrowserIT {

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final String ROWS =
            "[...document.querySelectorAll('.row')].map(r => r.querySelector('.title').textContent)";
    private static final String HOSTILE = "<img src=x onerror=window.attacked=1><script>window.attacked=1</script>";

    @TempDir
    private Path folder;

    private RunningViewer viewer;
    private Browser browser;

    @BeforeEach
    void start() throws Exception {
        Optional<Path> program = Browser.program();
        assumeTrue(
                program.isPresent(),
                "no Chromium on the PATH: install one (Debian: apt-get install chromium) or name it in CHROMIUM");
        viewer = new RunningViewer(Map.of());
        browser = Browser.start(viewer.vertx(), program.orElseThrow(), folder);
        browser.resize(1280, 900, false, "light");
    }

    @AfterEach
    void stop() {
        if (browser != null) {
            browser.close();
        }
        if (viewer != null) {
            viewer.close();
        }
    }

    @Test
    void listsEventsAsTheyArriveAndShowsOne() throws Exception {
        browser.open(viewer.uri("/"));
        viewer.change("1", "add", "Pod", "default", "web-0", "{\"big\":12345678901234567890,\"exact\":1.10}");
        viewer.change("2", "update", "Pod", "default", "web-0", "{\"status\":{\"phase\":\"Running\"}}");
        browser.waitFor(ROWS + ".length === 2");

        browser.click("#event-1");

        browser.waitFor("document.querySelector('event-detail h2').textContent === 'web-0'");
        assertThat(text("event-detail .attributes"))
                .contains("dev.knative.apiserver.resource.add", "/apis/v1/namespaces/default/x/web-0");
        assertThat(text("event-detail .data")).isEqualTo("{\n  \"big\": 12345678901234567890,\n  \"exact\": 1.10\n}");
        assertThat(text("#event-2 .summary")).isEqualTo("Running");
        browser.waitFor("document.querySelector('rate-chart svg').getAttribute('aria-label').includes('update 1')");
        assertThat(browser.problems()).isEmpty();
    }

    @Test
    void filtersByTextTypeKindAndNamespace() throws Exception {
        viewer.change("1", "add", "Pod", "default", "web-0", "{\"image\":\"busybox\"}");
        viewer.change("2", "delete", "Pod", "team-a", "web-1", "{}");
        viewer.change("3", "add", "Node", "team-a", "n1", "{}");
        browser.open(viewer.uri("/"));
        browser.waitFor("document.querySelectorAll('#filter-kind option').length === 3");

        browser.click("#filter-text");
        browser.type("BUSY box");
        browser.waitFor(ROWS + ".join() === 'web-0'");
        assertThat(text(".count")).isEqualTo("1 of 3 events match");
        browser.click(".counts .button");
        browser.waitFor(ROWS + ".join() === 'n1,web-1,web-0'");

        browser.select("#filter-kind", "=Pod");
        browser.waitFor(ROWS + ".join() === 'web-1,web-0'");
        browser.select("#filter-type", "=dev.knative.apiserver.resource.delete");
        browser.waitFor(ROWS + ".join() === 'web-1'");
        browser.select("#filter-type", "");
        browser.select("#filter-kind", "");
        browser.select("#filter-namespace", "=team-a");
        browser.waitFor(ROWS + ".join() === 'n1,web-1'");
        viewer.change("4", "add", "Pod", "default", "not-wanted", "{}");
        viewer.change("5", "add", "Pod", "team-a", "wanted", "{}");
        browser.waitFor(ROWS + ".join() === 'wanted,n1,web-1'");
    }

    @Test
    void marksGapsAndRepeats() throws Exception {
        viewer.change("1", "add", "Pod", "default", "web-0", "{}");
        viewer.accept("g", "\"type\":\"dev.apiserversource.gap\",\"data\":{\"reason\":\"expired\"}");
        viewer.change("1", "add", "Pod", "default", "web-0", "{}");
        browser.open(viewer.uri("/"));
        browser.waitFor(ROWS + ".length === 3");

        assertThat(text("#event-3 .mark")).isEqualTo("repeat");
        assertThat(text("#event-2 .mark")).isEqualTo("gap");
        assertThat(browser.evaluate("document.querySelector('#event-1 .mark') === null"))
                .isEqualTo(true);
        browser.waitFor(
                "document.querySelector('rate-chart .gap-mark') && document.querySelector('rate-chart .repeat')");
        browser.select("#filter-mark", "repeat");
        browser.waitFor(ROWS + ".length === 1");
        browser.click("#event-3");
        browser.click("event-detail .banner .link");
        browser.waitFor("document.querySelector('.detail-bar').textContent.includes('#1 ')");
    }

    @Test
    void showsHostileEventsAsText() throws Exception {
        String json = "\"" + HOSTILE.replace("\"", "\\\"") + "\"";
        viewer.accept(
                "<b>1</b>",
                "\"type\":" + json + ",\"kind\":" + json + ",\"namespace\":" + json + ",\"name\":" + json
                        + ",\"subject\":\"\u202ecba\",\"datacontenttype\":\"text/html\",\"data\":" + json);
        viewer.accept("2", "\"type\":\"__proto__\",\"constructor\":\"x\",\"data\":\"\\ud800\\u2028\"");
        browser.open(viewer.uri("/"));
        browser.waitFor(ROWS + ".length === 2");

        browser.click("#event-1");
        browser.waitFor("document.querySelector('event-detail .data')");

        assertThat(text("event-detail h2")).isEqualTo(HOSTILE);
        assertThat(text("event-detail .data")).isEqualTo(HOSTILE);
        browser.waitFor("document.querySelectorAll('#filter-kind option').length === 3");
        assertThat(browser.evaluate("window.attacked === undefined && "
                        + "document.querySelectorAll('main img, main script').length === 0"))
                .isEqualTo(true);
        assertThat(browser.problems()).isEmpty();
        // The policy refuses what the page never does: the browser enforces both.
        assertThat(browser.evaluate("(() => { try { document.body.innerHTML = '<i></i>'; return 'html'; }"
                        + " catch (e) { return e.name; } })()"))
                .isEqualTo("TypeError");
    }

    @Test
    void isUsableWithTheKeyboardAlone() throws Exception {
        viewer.change("1", "add", "Pod", "default", "first", "{}");
        viewer.change("2", "add", "Pod", "default", "second", "{}");
        viewer.change("3", "add", "Pod", "default", "third", "{}");
        browser.open(viewer.uri("/"));
        browser.waitFor(ROWS + ".length === 3");
        for (int tabs = 0; tabs < 20 && !focused("scroller"); tabs++) {
            browser.press("Tab");
        }
        assertThat(focused("scroller")).isTrue();

        browser.press("ArrowDown");
        browser.press("ArrowDown");
        browser.press("Enter");

        browser.waitFor("document.querySelector('event-detail h2')?.textContent === 'second'");
        assertThat(browser.evaluate("document.activeElement.tagName")).isEqualTo("H2");
        browser.press("Escape");
        browser.waitFor("document.querySelector('event-detail h2') === null");
        assertThat(focused("scroller")).isTrue();
        assertThat(browser.evaluate("document.querySelector('.scroller').getAttribute('aria-activedescendant')"))
                .isEqualTo("event-2");
        assertThat(browser.evaluate("[...document.querySelectorAll('button, input, select')]"
                        + ".filter(e => !e.textContent.trim() && !e.ariaLabel && !e.labels?.length).length"))
                .isEqualTo(0);
    }

    @Test
    void keepsItsPlaceAndPauses() throws Exception {
        for (int i = 0; i < 60; i++) {
            viewer.change("" + i, "add", "Pod", "default", "p" + i, "{}");
        }
        browser.open(viewer.uri("/"));
        browser.waitFor("document.querySelector('.count').textContent === '60 events'");
        browser.evaluate("document.querySelector('.scroller').scrollTop = 1200");
        viewer.change("60", "add", "Pod", "default", "p60", "{}");
        browser.waitFor("document.querySelector('.scroller').scrollTop === 1260");

        browser.click(".newer");
        browser.waitFor("document.querySelector('.scroller').scrollTop === 0");
        browser.click("#pause");
        viewer.change("61", "add", "Pod", "default", "p61", "{}");
        browser.waitFor("document.querySelector('#pause').textContent === 'Resume (1 new)'");
        assertThat(browser.evaluate(ROWS + "[0]")).isEqualTo("p60");
        browser.click("#pause");
        browser.waitFor(ROWS + "[0] === 'p61'");
    }

    @Test
    void fitsAPhoneAndADesktopInBothThemes() throws Exception {
        Demo.send(viewer);
        for (String scheme : new String[] {"light", "dark"}) {
            browser.resize(1280, 900, false, scheme);
            browser.open(viewer.uri("/"));
            browser.waitFor(ROWS + ".length > 9 && document.querySelector('.legend b').textContent !== '0'");
            browser.screenshot(SCREENSHOTS.resolve("desktop-" + scheme + ".png"));
            browser.click("#event-30");
            browser.waitFor("document.querySelector('event-detail .data')");
            browser.screenshot(SCREENSHOTS.resolve("desktop-detail-" + scheme + ".png"));

            browser.resize(390, 844, true, scheme);
            browser.open(viewer.uri("/"));
            browser.waitFor(ROWS + ".length > 5 && document.querySelector('.legend b').textContent !== '0'");
            assertThat(browser.evaluate("document.documentElement.scrollWidth")).isEqualTo(390);
            browser.screenshot(SCREENSHOTS.resolve("phone-" + scheme + ".png"));
            browser.click(".toggle");
            browser.screenshot(SCREENSHOTS.resolve("phone-filters-" + scheme + ".png"));
            browser.click(".toggle");
            browser.click("#event-32");
            browser.waitFor("document.querySelector('event-detail .data')");
            assertThat(browser.evaluate("document.querySelector('event-detail').clientWidth"))
                    .isEqualTo(390);
            browser.screenshot(SCREENSHOTS.resolve("phone-detail-" + scheme + ".png"));
        }
        assertThat(browser.problems()).isEmpty();
    }

    private boolean focused(String name) {
        return Boolean.TRUE.equals(browser.evaluate("document.activeElement.classList.contains('" + name + "')"));
    }

    private String text(String selector) {
        return String.valueOf(browser.evaluate("document.querySelector('" + selector + "').textContent"));
    }
}
