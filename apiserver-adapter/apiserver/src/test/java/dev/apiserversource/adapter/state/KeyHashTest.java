package dev.apiserversource.adapter.state;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;

class KeyHashTest {

    private static int hash(long seed, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new KeyHash(seed).of(bytes, 0, bytes.length);
    }

    @Test
    void isTheSameInEveryProcess() {
        assertThat(hash(7, "ns/a")).isEqualTo(hash(7, "ns/a")).isNotEqualTo(hash(8, "ns/a"));
    }

    /** "at" and "c6" have one hash in the polynomial of Java's strings, and so has every sequence of them. */
    @Test
    void namesThatCollideInJavaDoNotCollide() {
        Set<Integer> slots = new HashSet<>();
        for (int bits = 0; bits < 1 << 12; bits++) {
            StringBuilder name = new StringBuilder("ns/");
            for (int bit = 0; bit < 12; bit++) {
                name.append((bits >> bit & 1) == 0 ? "at" : "c6");
            }
            slots.add(hash(7, name.toString()) & (1 << 16) - 1);
        }

        assertThat(slots).hasSizeGreaterThan(3_800);
    }
}
