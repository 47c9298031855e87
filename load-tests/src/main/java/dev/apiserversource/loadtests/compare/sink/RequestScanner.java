package dev.apiserversource.loadtests.compare.sink;

import java.io.IOException;
import java.util.Arrays;

/**
 * Finds the ends of HTTP/1.1 requests in the bytes of one connection. Of the headers it looks at two, {@code
 * Content-Length} and {@code Transfer-Encoding}; a body is skipped, or handed to a {@link Body}.
 *
 * <pre>
 *   head ──► body of known length ──► head
 *     └────► chunk size ──► chunk ──► chunk size … ──► trailer ──► head
 * </pre>
 */
final class RequestScanner {

    /** Receives the bytes of bodies. */
    interface Body {

        void bytes(byte[] bytes, int from, int to);
    }

    /** Where the next byte belongs. */
    private enum Part {
        HEAD,
        BODY,
        CHUNK_SIZE,
        CHUNK,
        TRAILER
    }

    private static final int MAX_LINE = 64 * 1024;
    private static final String LENGTH = "content-length:";
    private static final String ENCODING = "transfer-encoding:";
    private static final int LINE_FEED_OF_CHUNK = 2;

    private final Body body;
    private Part part = Part.HEAD;
    private long left;
    private boolean chunked;

    /** The start of a line whose end has not arrived. */
    private byte[] pending = new byte[256];

    private int pendingLength;

    RequestScanner(Body body) {
        this.body = body;
    }

    /**
     * Reads on.
     *
     * @return the number of requests that ended
     * @throws IOException if this is not HTTP
     */
    int scan(byte[] bytes, int from, int to) throws IOException {
        int ended = 0;
        int at = from;
        while (at < to) {
            if (part == Part.BODY || part == Part.CHUNK) {
                int piece = (int) Math.min(left, to - at);
                int data = part == Part.CHUNK ? (int) Math.min(piece, Math.max(0, left - LINE_FEED_OF_CHUNK)) : piece;
                body.bytes(bytes, at, at + data);
                left -= piece;
                at += piece;
                if (left == 0) {
                    ended += part == Part.BODY ? 1 : 0;
                    part = part == Part.BODY ? Part.HEAD : Part.CHUNK_SIZE;
                }
            } else {
                int end = lineEnd(bytes, at, to);
                if (end < 0) {
                    keep(bytes, at, to);
                    return ended;
                }
                ended += line(bytes, at, end) ? 1 : 0;
                at = end + 1;
            }
        }
        return ended;
    }

    private static int lineEnd(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at++) {
            if (bytes[at] == '\n') {
                return at;
            }
        }
        return -1;
    }

    private void keep(byte[] bytes, int from, int to) throws IOException {
        int length = pendingLength + to - from;
        if (length > MAX_LINE) {
            throw new IOException("a line of more than " + MAX_LINE + " bytes");
        }
        if (length > pending.length) {
            pending = Arrays.copyOf(pending, 2 * length);
        }
        System.arraycopy(bytes, from, pending, pendingLength, to - from);
        pendingLength = length;
    }

    /** One line without its line feed. Returns whether a request ends with it. */
    private boolean line(byte[] bytes, int from, int end) throws IOException {
        if (pendingLength == 0) {
            return complete(bytes, from, end);
        }
        keep(bytes, from, end);
        int length = pendingLength;
        pendingLength = 0;
        return complete(pending, 0, length);
    }

    private boolean complete(byte[] bytes, int from, int lineEnd) {
        int end = lineEnd > from && bytes[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
        if (part == Part.HEAD) {
            return end == from ? headEnds() : header(bytes, from, end);
        }
        if (part == Part.CHUNK_SIZE) {
            left = number(bytes, from, end, 16);
            part = left == 0 ? Part.TRAILER : Part.CHUNK;
            left += LINE_FEED_OF_CHUNK;
            return false;
        }
        return end == from && nextRequest();
    }

    private boolean headEnds() {
        if (chunked) {
            part = Part.CHUNK_SIZE;
            return false;
        }
        if (left > 0) {
            part = Part.BODY;
            return false;
        }
        return nextRequest();
    }

    private boolean nextRequest() {
        part = Part.HEAD;
        chunked = false;
        left = 0;
        return true;
    }

    private boolean header(byte[] bytes, int from, int end) {
        int first = bytes[from] | 0x20;
        if (first == 'c' && is(LENGTH, bytes, from, end)) {
            left = number(bytes, from + LENGTH.length(), end, 10);
        } else if (first == 't' && is(ENCODING, bytes, from, end)) {
            chunked = true;
        }
        return false;
    }

    private static boolean is(String name, byte[] bytes, int from, int end) {
        if (end - from < name.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            int letter = bytes[from + i];
            if ((letter >= 'A' && letter <= 'Z' ? letter | 0x20 : letter) != name.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The digits of the line up to the first other character, without spaces. */
    private static long number(byte[] bytes, int from, int end, int radix) {
        long number = 0;
        for (int at = from; at < end; at++) {
            int digit = Character.digit(bytes[at], radix);
            if (digit < 0 && bytes[at] != ' ') {
                break;
            }
            number = digit < 0 ? number : number * radix + digit;
        }
        return number;
    }
}
