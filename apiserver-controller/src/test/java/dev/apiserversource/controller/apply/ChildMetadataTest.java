package dev.apiserversource.controller.apply;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ChildMetadataTest {

    private static final String UID = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0";

    @Test
    void keepsShortNames() {
        assertThat(ChildMetadata.name("apiserversource-testevents-", UID))
                .isEqualTo("apiserversource-testevents-" + UID);
    }

    /** The MD5 sums here and below are from md5sum. */
    @Test
    void insertsMd5OfTheWholeWhenTheSuffixIsLong() {
        assertThat(ChildMetadata.name("apiserversource-quite-a-long-name-", UID))
                .isEqualTo("apiserversource-quite-a-long-na" + "f23e7cd792c69be45ff8730d19bdbf23")
                .hasSize(63);
    }

    @Test
    void fillsUpWithTheSuffixWhenTheParentIsShort() {
        assertThat(ChildMetadata.name("apiserversource-12345678901-", UID))
                .isEqualTo("apiserversource-12345678901-" + "36122835f12ebea16d631b4d3fbb3d3c" + "0b1")
                .hasSize(63);
    }

    @Test
    void keepsAShortSuffixAfterMd5OfTheParent() {
        assertThat(ChildMetadata.name("x".repeat(60), "-suffix"))
                .isEqualTo("x".repeat(24) + "1198000c11968f9368e02d6da57ec147" + "-suffix")
                .hasSize(63);
    }

    @Test
    void endsWithALetterOrDigit() {
        String suffix = "--------" + UID;
        assertThat(ChildMetadata.name("apiserversource-12345678901-", suffix))
                .hasSize(60)
                .doesNotEndWith("-");
    }
}
