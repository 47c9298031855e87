package dev.apiserversource.ping;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class CronScheduleTest {

    private static final Instant CREATED = Instant.parse("2026-01-01T00:00:00Z");

    private static Schedule parse(String schedule, String timezone) {
        return Schedules.parse(schedule, timezone, CREATED);
    }

    /** The first ticks after {@code from}, each with an offset of its own in the expectation. */
    private static List<Instant> ticks(String schedule, String timezone, String from, int count) {
        Schedule parsed = parse(schedule, timezone);
        return Stream.iterate(OffsetDateTime.parse(from).toInstant(), tick -> parsed.next(tick)
                        .orElseThrow())
                .skip(1)
                .limit(count)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            * * * * * | 2026-01-01T00:00:30Z | 2026-01-01T00:01:00Z 2026-01-01T00:02:00Z
            * * * * * | 2026-01-01T00:01:00Z | 2026-01-01T00:02:00Z 2026-01-01T00:03:00Z
            */15 * * * * | 2026-01-01T00:44:00Z | 2026-01-01T00:45:00Z 2026-01-01T01:00:00Z
            5/20 * * * * | 2026-01-01T00:25:00Z | 2026-01-01T00:45:00Z 2026-01-01T01:05:00Z
            10 0/1 * * * ? | 2026-01-01T00:00:30Z | 2026-01-01T00:01:10Z 2026-01-01T00:02:10Z
            */30 * * * * * | 2026-01-01T00:00:01Z | 2026-01-01T00:00:30Z 2026-01-01T00:01:00Z
            1,2 3-5/2 * * * | 2026-01-01T00:00:00Z | 2026-01-01T03:01:00Z 2026-01-01T03:02:00Z 2026-01-01T05:01:00Z
            0 0 * * MON-FRI | 2026-01-02T00:00:00Z | 2026-01-05T00:00:00Z 2026-01-06T00:00:00Z
            0 0 * * sun | 2026-01-01T00:00:00Z | 2026-01-04T00:00:00Z 2026-01-11T00:00:00Z
            0 0 1 Feb * | 2026-01-01T00:00:00Z | 2026-02-01T00:00:00Z 2027-02-01T00:00:00Z
            0 0 31 * * | 2026-01-31T00:00:00Z | 2026-03-31T00:00:00Z 2026-05-31T00:00:00Z
            0 0 29 2 * | 2096-03-01T00:00:00Z | 2104-02-29T00:00:00Z
            0 0 13 * 5 | 2026-01-01T00:00:00Z | 2026-01-02T00:00:00Z 2026-01-09T00:00:00Z 2026-01-13T00:00:00Z
            0 0 */10 * 5 | 2026-01-01T00:00:00Z | 2026-01-02T00:00:00Z 2026-01-09T00:00:00Z 2026-01-11T00:00:00Z
            0 0 * * 5 | 2026-01-01T00:00:00Z | 2026-01-02T00:00:00Z 2026-01-09T00:00:00Z
            0 0 13 * ? | 2026-01-01T00:00:00Z | 2026-01-13T00:00:00Z 2026-02-13T00:00:00Z
            ? ? ? ? ? | 2026-01-01T00:00:00Z | 2026-01-01T00:01:00Z
            @hourly | 2026-01-01T00:00:00Z | 2026-01-01T01:00:00Z
            @daily | 2026-01-01T00:00:00Z | 2026-01-02T00:00:00Z
            @midnight | 2026-01-01T00:00:00Z | 2026-01-02T00:00:00Z
            @weekly | 2026-01-01T00:00:00Z | 2026-01-04T00:00:00Z
            @monthly | 2026-01-01T00:00:00Z | 2026-02-01T00:00:00Z
            @yearly | 2026-01-01T00:00:00Z | 2027-01-01T00:00:00Z
            @annually | 2026-01-01T00:00:00Z | 2027-01-01T00:00:00Z
            @every 90s | 2026-01-01T00:00:00Z | 2026-01-01T00:01:30Z 2026-01-01T00:03:00Z
            @every 10ms | 2026-01-01T00:00:00Z | 2026-01-01T00:00:01Z 2026-01-01T00:00:02Z
            @every 1h0m1.5s | 2026-01-01T00:00:00Z | 2026-01-01T01:00:01Z 2026-01-01T02:00:02Z
            """)
    void ticksAsInRobfigCron(String schedule, String from, String expected) {
        List<Instant> ticks = Stream.of(expected.split(" ")).map(Instant::parse).toList();
        assertThat(ticks(schedule, "", from, ticks.size())).isEqualTo(ticks);
    }

    /** A local time that does not exist has no tick; one that occurs twice has two. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            30 2 * * * | Europe/Berlin | 2026-03-28T02:00:00Z | 2026-03-30T00:30:00Z
            30 2 * * * | Europe/Berlin | 2026-10-24T01:00:00Z | 2026-10-25T00:30:00Z 2026-10-25T01:30:00Z
            0 * * * * | Europe/Berlin | 2026-03-28T23:30:00Z | 2026-03-29T00:00:00Z 2026-03-29T01:00:00Z
            0 * * * * | Europe/Berlin | 2026-10-24T23:30:00Z | 2026-10-25T00:00:00Z 2026-10-25T01:00:00Z
            30 1 4 Nov * | America/New_York | 2012-11-04T05:45:00Z | 2012-11-04T06:30:00Z
            0 9 * * * | Asia/Tokyo | 2026-01-01T00:00:00Z | 2026-01-02T00:00:00Z
            0 0 * * * | America/Havana | 2026-10-31T12:00:00Z | 2026-11-01T04:00:00Z 2026-11-01T05:00:00Z
            15 1 * * * | Australia/Lord_Howe | 2026-04-04T01:00:00Z | 2026-04-04T14:15:00Z 2026-04-05T14:45:00Z
            45 1 * * * | Australia/Lord_Howe | 2026-04-04T01:00:00Z | 2026-04-04T14:45:00Z 2026-04-04T15:15:00Z
            """)
    void followsTheClocksOfATimezone(String schedule, String timezone, String from, String expected) {
        List<Instant> ticks = Stream.of(expected.split(" "))
                .map(tick -> OffsetDateTime.parse(tick).toInstant())
                .toList();
        assertThat(ticks(schedule, timezone, from, ticks.size())).isEqualTo(ticks);
    }

    @Test
    void readsATimezoneInTheSchedule() {
        assertThat(parse("CRON_TZ=Asia/Tokyo 0 9 * * *", "")).isEqualTo(parse("0 9 * * *", "Asia/Tokyo"));
        assertThat(parse("TZ=UTC @hourly", "")).isEqualTo(parse("0 * * * *", ""));
    }

    @Test
    void hasNoTickOnADayThatDoesNotExist() {
        assertThat(parse("0 0 30 2 *", "").next(CREATED)).isEmpty();
    }

    @Test
    void countsAnIntervalFromTheCreation() {
        Schedule schedule = Schedules.parse("@every 7m", "", Instant.parse("2026-01-01T00:00:03.5Z"));
        assertThat(schedule.next(Instant.parse("2025-01-01T00:00:00Z")))
                .hasValue(Instant.parse("2026-01-01T00:07:03Z"));
        assertThat(schedule.next(Instant.parse("2026-01-01T00:07:03Z")))
                .hasValue(Instant.parse("2026-01-01T00:14:03Z"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "* * * *",
                "* * * * * * *",
                "60 * * * *",
                "* 24 * * *",
                "* * 0 * *",
                "* * 32 * *",
                "* * * 13 *",
                "* * * * 7",
                "5-1 * * * *",
                "*/0 * * * *",
                "a * * * *",
                "1,,2 * * * *",
                "-1 * * * *",
                "1-2-3 * * * *",
                "* * * * MON-",
                "@never",
                "@every",
                "@every 90",
                "@every -5s",
                "@every 5 s",
                "99999999999 * * * *",
                "@every 99999999999h"
            })
    void refusesWhatIsNoSchedule(String schedule) {
        assertThatThrownBy(() -> parse(schedule, "")).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Berlin", "+02:00", "Mars/Phobos"})
    void refusesWhatIsNoTimezone(String timezone) {
        assertThatThrownBy(() -> parse("@hourly", timezone)).hasMessageContaining("'" + timezone + "' is no time zone");
    }

    @Test
    void refusesTwoTimezones() {
        assertThatThrownBy(() -> parse("CRON_TZ=Asia/Tokyo * * * * *", "UTC")).hasMessageContaining("exclude");
    }
}
