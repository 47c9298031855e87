package dev.apiserversource.loadtests.truth;

import java.util.ArrayList;
import java.util.List;

/**
 * How the steps of one object that came differ from those that were written.
 *
 * @param lost steps that had to come and did not
 * @param unexpected steps that came and were not written, or not at that place
 */
record Differences(List<Step> lost, List<Step> unexpected) {

    /** Each written step has to come, in the order written. */
    static Differences ofEveryStep(List<Step> written, List<Step> came) {
        List<Step> lost = new ArrayList<>(written);
        came.forEach(lost::remove);
        return new Differences(lost, outOfPlace(written, came));
    }

    /** The last written step has to come; of the others any may be missing. A state reached unseen may come as an add or as an update. */
    static Differences ofLastStep(List<Step> written, List<Step> came) {
        List<String> versionsWritten = versions(written);
        List<String> versionsCame = versions(came);
        Step last = written.get(written.size() - 1);
        boolean arrived = versionsCame.contains(last.version());
        List<Step> unexpected = came.stream()
                .filter(step -> !versionsWritten.contains(step.version()))
                .toList();
        return new Differences(arrived ? List.of() : List.of(last), unexpected);
    }

    private static List<String> versions(List<Step> steps) {
        return steps.stream().map(Step::version).toList();
    }

    private static List<Step> outOfPlace(List<Step> written, List<Step> came) {
        List<Step> wrong = new ArrayList<>();
        int next = 0;
        for (Step step : came) {
            int place = written.indexOf(step);
            if (place < next) {
                wrong.add(step);
            }
            next = Math.max(next, place + 1);
        }
        return wrong;
    }
}
