package dev.apiserversource.samples.eventviewer;

import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A headless Chromium with one page, steered by the Chrome DevTools Protocol. */
final class Browser implements AutoCloseable {

    private static final List<String> PROGRAMS = List.of("chromium", "chromium-browser", "google-chrome", "chrome");
    private static final Pattern LISTENING = Pattern.compile("DevTools listening on (ws://\\S+)");
    private static final int MAX_MESSAGE = 64 * 1024 * 1024;

    private final Process process;
    private final WebSocket socket;
    private final String session;
    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonObject>> calls = new ConcurrentHashMap<>();
    private final List<String> problems = new CopyOnWriteArrayList<>();

    private Browser(Vertx vertx, Process process, URI endpoint) {
        this.process = process;
        socket = RunningViewer.await(vertx.createWebSocketClient(new WebSocketClientOptions()
                        .setMaxFrameSize(MAX_MESSAGE)
                        .setMaxMessageSize(MAX_MESSAGE))
                .connect(new WebSocketConnectOptions()
                        .setHost(endpoint.getHost())
                        .setPort(endpoint.getPort())
                        .setURI(endpoint.getPath())));
        socket.textMessageHandler(this::received);
        String target =
                call(null, "Target.createTarget", Map.of("url", "about:blank")).getString("targetId");
        session = call(null, "Target.attachToTarget", Map.of("targetId", target, "flatten", true))
                .getString("sessionId");
        call("Runtime.enable", Map.of());
        call("Log.enable", Map.of());
        call("Page.enable", Map.of());
    }

    /** The program: the variable CHROMIUM, or the first one that is found on the PATH. */
    static Optional<Path> program() {
        String named = System.getenv("CHROMIUM");
        if (named != null && !named.isBlank()) {
            return Optional.of(Path.of(named));
        }
        return Stream.of(System.getenv("PATH").split(":"))
                .flatMap(folder -> PROGRAMS.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Starts {@code program} with an empty profile in {@code folder}. */
    static Browser start(Vertx vertx, Path program, Path folder) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--headless",
                "--remote-debugging-port=0",
                "--user-data-dir=" + folder.resolve("profile"),
                "--no-first-run",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--hide-scrollbars"));
        if (System.getProperty("user.name").equals("root")) {
            // Chromium refuses to run as root with its sandbox.
            command.add("--no-sandbox");
        }
        command.add("about:blank");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.PIPE)
                .start();
        return new Browser(vertx, process, endpoint(process));
    }

    private static URI endpoint(Process process) throws IOException {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        StringBuilder read = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher matcher = LISTENING.matcher(line);
            if (matcher.find()) {
                Thread drain = new Thread(() -> output.lines().forEach(ignored -> {}), "browser output");
                drain.setDaemon(true);
                drain.start();
                return URI.create(matcher.group(1));
            }
            read.append(line).append('\n');
        }
        throw new AssertionError("Chromium exited: " + read);
    }

    /** A window of that size in CSS pixels; {@code scheme} is light or dark. */
    void resize(int width, int height, boolean phone, String scheme) {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", phone ? 2 : 1, "mobile", phone));
        JsonObject feature = new JsonObject(Map.of("name", "prefers-color-scheme", "value", scheme));
        call("Emulation.setEmulatedMedia", Map.of("features", List.of(feature)));
    }

    /** Opens {@code uri} and waits until the list is there and live. */
    void open(URI uri) {
        call("Page.navigate", Map.of("url", uri.toString()));
        waitFor("document.getElementById('connection')?.dataset.state === 'live'");
    }

    /** The value of a JavaScript expression; a promise is awaited. */
    Object evaluate(String expression) {
        JsonObject result =
                call("Runtime.evaluate", Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
        if (result.containsKey("exceptionDetails")) {
            throw new AssertionError(expression + ": " + result.getJsonObject("exceptionDetails"));
        }
        return result.getJsonObject("result").getValue("value");
    }

    /** Waits until the JavaScript {@code condition} holds. */
    void waitFor(String condition) {
        Object held = evaluate("""
                new Promise(done => {
                  const end = performance.now() + 30000;
                  const check = () => {
                    let holds = false;
                    try { holds = Boolean(%s); } catch {}
                    if (holds || performance.now() > end) done(holds); else setTimeout(check, 20);
                  };
                  check();
                })""".formatted(condition));
        if (!Boolean.TRUE.equals(held)) {
            throw new AssertionError("does not come true: " + condition + "; the page: "
                    + evaluate("document.body.innerText") + "; problems: " + problems);
        }
    }

    /** Clicks with the mouse in the middle of the element. */
    void click(String selector) {
        waitFor("document.querySelector(" + quoted(selector) + ")");
        JsonObject at = new JsonObject(String.valueOf(
                evaluate("(() => { const r = document.querySelector(" + quoted(selector) + ").getBoundingClientRect();"
                        + " return JSON.stringify({x: r.x + r.width / 2, y: r.y + r.height / 2}); })()")));
        for (String type : List.of("mousePressed", "mouseReleased")) {
            call(
                    "Input.dispatchMouseEvent",
                    Map.of(
                            "type",
                            type,
                            "x",
                            at.getDouble("x"),
                            "y",
                            at.getDouble("y"),
                            "button",
                            "left",
                            "clickCount",
                            1));
        }
    }

    /** Presses a key such as ArrowDown. */
    void press(String key) {
        Map<String, Integer> codes =
                Map.of("ArrowDown", 40, "ArrowUp", 38, "Enter", 13, "Escape", 27, "Home", 36, "End", 35, "Tab", 9);
        for (String type : List.of("rawKeyDown", "keyUp")) {
            call(
                    "Input.dispatchKeyEvent",
                    Map.of("type", type, "key", key, "code", key, "windowsVirtualKeyCode", codes.get(key)));
        }
    }

    /** Types into the element that has the focus. */
    void type(String text) {
        call("Input.insertText", Map.of("text", text));
    }

    /** Chooses an option. */
    void select(String selector, String value) {
        evaluate("(() => { const s = document.querySelector(" + quoted(selector) + "); s.value = " + quoted(value)
                + "; s.dispatchEvent(new Event('change', {bubbles: true})); })()");
    }

    /** Writes what is in sight to a PNG file. */
    void screenshot(Path file) throws IOException {
        String png = call("Page.captureScreenshot", Map.of("format", "png")).getString("data");
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(png));
    }

    /** Errors of scripts, and what the browser refused, for example by the Content-Security-Policy. */
    List<String> problems() {
        return problems;
    }

    private JsonObject call(String method, Map<String, Object> parameters) {
        return call(session, method, parameters);
    }

    private JsonObject call(String target, String method, Map<String, Object> parameters) {
        int id = lastId.incrementAndGet();
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        calls.put(id, answer);
        JsonObject message = new JsonObject()
                .put("id", id)
                .put("method", method)
                .put("params", new JsonObject(new HashMap<>(parameters)));
        if (target != null) {
            message.put("sessionId", target);
        }
        RunningViewer.await(socket.writeTextMessage(message.encode()));
        JsonObject received = answer.orTimeout(60, TimeUnit.SECONDS).join();
        if (received.containsKey("error")) {
            throw new AssertionError(method + ": " + received.getJsonObject("error"));
        }
        return received.getJsonObject("result");
    }

    private void received(String text) {
        JsonObject message = new JsonObject(text);
        Integer id = message.getInteger("id");
        String method = message.getString("method", "");
        if (id != null) {
            calls.remove(id).complete(message);
        } else if (method.equals("Runtime.exceptionThrown")) {
            problems.add(text);
        } else if (method.equals("Log.entryAdded")
                && message.getJsonObject("params")
                        .getJsonObject("entry")
                        .getString("level")
                        .equals("error")) {
            problems.add(text);
        }
    }

    private static String quoted(String text) {
        return Json.encode(text);
    }

    @Override
    public void close() {
        // Its children too; the wrapper script that distributions install may have become the browser itself.
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().orTimeout(30, TimeUnit.SECONDS).join();
    }
}
