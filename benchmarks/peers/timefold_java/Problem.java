package peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** A force as numbers, as timefold.py wrote it: one policy, officer, premises, set or case a line, lists at the end. */
final class Problem {
    /** What is the same for all; the most moves are those of one budget. */
    record Policy(long highPercent, long arrivals, long away, long former, long maxMoves) {}

    /** Officers who serve premises, and the room that they must leave. */
    record Premises(long needed, List<Officer> serving) {}

    /**
     * An officer with their limits, the bands of their fair share, and what they hold whatever the plan. At most
     * sharedMost of their cases count towards their share of high risk.
     */
    static final class Officer {
        final int index;
        final boolean limited, frozen, trained;
        final long limit, sharedMost, highMin, intake, division, cases, high, points;
        final long[] bands, bandSums; // bandSums[k]: sum of the first k bands
        final List<Integer> serves = new ArrayList<>();

        Officer(int index, long[] line) {
            this.index = index;
            limited = line[0] == 1;
            frozen = line[1] == 1;
            trained = line[2] == 1;
            limit = line[3];
            sharedMost = line[4];
            highMin = line[5];
            intake = line[6];
            division = line[7];
            cases = line[8];
            high = line[9];
            points = line[10];
            bands = Arrays.copyOfRange(line, 11, line.length);
            bandSums = new long[bands.length + 1];
            for (int k = 0; k < bands.length; k++) {
                bandSums[k + 1] = bandSums[k] + bands[k];
            }
        }
    }

    Policy policy;
    final List<Officer> officers = new ArrayList<>();
    final List<Premises> premises = new ArrayList<>();
    final List<Set<Officer>> knowers = new ArrayList<>(); // former officers who may receive; the first: none
    final List<Plan.Case> cases = new ArrayList<>();

    /** Read until the input ends. */
    static Problem read(BufferedReader input) throws IOException {
        Problem problem = new Problem();
        for (String text = input.readLine(); text != null; text = input.readLine()) {
            String[] words = text.split(" ");
            problem.add(words[0], Arrays.stream(words).skip(1).mapToLong(Long::parseLong).toArray());
        }
        return problem;
    }

    private void add(String what, long[] line) {
        switch (what) {
            case "policy" -> policy = new Policy(line[0], line[1], line[2], line[3], line[4]);
            case "officer" -> officers.add(new Officer(officers.size(), line));
            case "premises" -> {
                List<Officer> serving = listed(line, 1);
                serving.forEach(officer -> officer.serves.add(premises.size()));
                premises.add(new Premises(line[0], serving));
            }
            case "knowers" -> knowers.add(Set.copyOf(listed(line, 0)));
            case "case" -> {
                Officer current = line[0] < 0 ? null : officers.get((int) line[0]);
                cases.add(new Plan.Case(line, current, knowers.get((int) line[8]), listed(line, 10)));
            }
            default -> throw new IllegalArgumentException(what);
        }
    }

    private List<Officer> listed(long[] line, int from) {
        return Arrays.stream(line).skip(from).mapToObj(index -> officers.get((int) index)).toList();
    }
}
