using System.Globalization;
using System.Text;
using DurableDrill.Recordings;

namespace DurableDrill.Tests.Recordings;

public class RecordingAnalysisTests
{
    public static TheoryData<string, double> Authors => new()
    {
        { "FLINK_ALO", 53 },
        { "KAFKASTREAMS_ALO", 21 },
        { "STRUCTUREDSTREAMING_ALO", 20 },
    };

    [Theory]
    [MemberData(nameof(Authors))]
    public void Analyze_RecordedWorkerFailure_FindsTheAuthorsTimeWithinTwoSeconds(string name, double authors)
    {
        var run = RecordingAnalysis.Judge(Recorded(name), 5);

        Assert.True(run.Recovered);
        Assert.InRange(run.TimeToRecoverSeconds!.Value, authors - 2, authors + 2);
        Assert.Equal(run.TimeToRecoverSeconds, run.BetweenSeconds![1]);
        Assert.Equal(1, run.BetweenSeconds[1] - run.BetweenSeconds[0]);
        Assert.Null(run.InBandSinceSeconds);
    }

    [Theory]
    [MemberData(nameof(Authors))]
    public void Judge_CutAnywhere_NeverSaysRecoveredTooEarlyNorAnotherTime(string name, double authors)
    {
        var whole = Recorded(name);
        for (var rows = 1; rows <= whole.Rows.Count; rows++)
        {
            var cut = RecordingAnalysis.Judge(new(name, [.. whole.Rows.Take(rows)]), 5);

            if (rows < authors + 5)
            {
                Assert.False(cut.Recovered, $"cut after {rows} s: recovered at {cut.TimeToRecoverSeconds}");
                Assert.Null(cut.TimeToRecoverSeconds);
            }

            if (rows >= authors + 2 && !cut.Recovered)
            {
                Assert.Equal(RunOutcome.InBand, cut.Outcome);
                Assert.InRange(cut.InBandSinceSeconds!.Value, authors - 1, authors + 1);
            }

            if (rows >= authors + 7)
            {
                Assert.InRange(cut.TimeToRecoverSeconds!.Value, authors - 1, authors + 1);
            }
        }
    }

    [Fact]
    public void Analyze_AsJson_SaysItInTheDocumentedWords()
    {
        var text = Csv(Recorded("FLINK_ALO"));
        var cut = Csv(new("FLINK_ALO", [.. Recorded("FLINK_ALO").Rows.TakeWhile(r => r.At < 56)]));

        var json = DrillJson.ToElement(RecordingAnalysis.Analyze(new StringReader(text))).GetRawText();
        var cutJson = DrillJson.ToElement(RecordingAnalysis.Analyze(new StringReader(cut))).GetRawText();

        Assert.Equal("""{"stable_for_seconds":5,"runs":[{"run":"FLINK_ALO","outcome":"recovered","recovered":true,"time_to_recover_seconds":53,"between_seconds":[52,53],"recorded_seconds":60}]}""", json);
        Assert.Equal("""{"stable_for_seconds":5,"runs":[{"run":"FLINK_ALO","outcome":"in_band","recovered":false,"in_band_since_seconds":53,"recorded_seconds":56}]}""", cutJson);
    }

    [Theory]
    [MemberData(nameof(Authors))]
    public void Judge_EveryCountTenfold_SameTime(string name, double authors)
    {
        var tenfold = Recorded(name).Rows.Select(r => r with { Input = 10 * r.Input, Output = 10 * r.Output, P50 = r.P50 / 100, P99 = r.P99 / 100 });

        Assert.InRange(RecordingAnalysis.Judge(new(name, [.. tenfold]), 5).TimeToRecoverSeconds!.Value, authors - 2, authors + 2);
    }

    // What the run is, and how far from the instant at which the backlog had drained the answer may lie, s.
    [Theory]
    [InlineData("plain", 2)]
    [InlineData("latency noise 10 %", 2)]
    [InlineData("latency noise 20 %", 2)]
    [InlineData("works off slowly", 3)]
    [InlineData("half the output, from 2 s on", 2)]
    [InlineData("micro-batches of 1 s", 2)]
    [InlineData("micro-batches of 1.3 s", 2)]
    [InlineData("micro-batches of 5 s", 3)]
    [InlineData("rows of 0.1 s", 1)]
    [InlineData("rows of 0.5 s", 1)]
    [InlineData("rows of 5 s", 6)]
    [InlineData("noticed after 8 s", 2)]
    [InlineData("10 a second", 2)]
    [InlineData("500,000 a second", 2)]
    [InlineData("input swings by 30 %", 2)]
    [InlineData("2 s only", 1)]
    public void Judge_SimulatedRun_RecoversWhereTheBacklogHasDrained(string what, double within)
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var (run, drained) = Simulated(what, seed).Play();

            var result = RecordingAnalysis.Judge(run, 5);

            Assert.True(result.Recovered, $"seed {seed}: {result}");
            Assert.InRange(result.TimeToRecoverSeconds!.Value, drained!.Value - within, drained.Value + within);
        }
    }

    [Fact]
    public void Judge_SecondFailureAfterRecovery_KeepsTheFirstRecovery()
    {
        var (run, _) = new SimulatedRun { Second = (60, 75), Rows = 120 }.Play();

        Assert.InRange(RecordingAnalysis.Judge(run, 5).TimeToRecoverSeconds!.Value, 29, 31);
    }

    [Theory]
    [InlineData("never", RunOutcome.Censored)]
    [InlineData("no effect", RunOutcome.NoEffect)]
    [InlineData("no effect, latency noise 20 %", RunOutcome.NoEffect)]
    [InlineData("no effect, micro-batches of 1.3 s", RunOutcome.NoEffect)]
    public void Judge_NothingToTime_SaysSoAndGivesNoNumber(string what, RunOutcome outcome)
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var result = RecordingAnalysis.Judge(Simulated(what, seed).Play().Run, 5);

            Assert.Equal(outcome, result.Outcome);
            Assert.False(result.Recovered);
            Assert.Null(result.TimeToRecoverSeconds);
        }
    }

    [Fact]
    public void Judge_BacklogStillSinkingAtTheEnd_IsNotRecovered()
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var (run, _) = new SimulatedRun { Capacity = 1.05, Outage = (0, 30), Rows = 120, Seed = seed }.Play();

            Assert.False(RecordingAnalysis.Judge(run, 5).Recovered);
        }
    }

    private static SimulatedRun Simulated(string what, int seed)
    {
        var plain = new SimulatedRun { Seed = seed };
        return what switch
        {
            "latency noise 10 %" => plain with { LatencyNoise = 0.1 },
            "latency noise 20 %" => plain with { LatencyNoise = 0.2 },
            "works off slowly" => plain with { Capacity = 1.3, Rows = 150 },
            "half the output, from 2 s on" => plain with { Degraded = 0.5, Outage = (2, 22) },
            "micro-batches of 1 s" => plain with { Batch = 1, LatencySeconds = 2 },
            "micro-batches of 1.3 s" => plain with { Batch = 1.3, LatencySeconds = 2 },
            "micro-batches of 5 s" => plain with { Batch = 5, LatencySeconds = 3, Rows = 120 },
            "rows of 0.1 s" => plain with { Row = 0.1, Rows = 600 },
            "rows of 0.5 s" => plain with { Row = 0.5, Rows = 120 },
            "rows of 5 s" => plain with { Row = 5, Rows = 40 },
            "noticed after 8 s" => plain with { Outage = (8, 20) },
            "10 a second" => plain with { Rate = 10 },
            "500,000 a second" => plain with { Rate = 500_000 },
            "input swings by 30 %" => plain with { Swing = 0.3, Rows = 90 },
            "2 s only" => plain with { Outage = (0, 2) },
            "never" => plain with { Outage = (0, 1000) },
            "no effect" => plain with { Outage = (-1, -1) },
            "no effect, latency noise 20 %" => plain with { Outage = (-1, -1), LatencyNoise = 0.2 },
            "no effect, micro-batches of 1.3 s" => plain with { Outage = (-1, -1), Batch = 1.3 },
            _ => plain,
        };
    }

    private static RecordedRun Recorded(string name)
    {
        using var text = new StreamReader(typeof(RecordingAnalysisTests).Assembly.GetManifestResourceStream("ospbench-worker-failure-1s.csv")!);
        return RecordingReader.Read(text).Single(r => r.Name == name);
    }

    private static string Csv(RecordedRun run)
    {
        var text = new StringBuilder("run,t_s,input_msgs,output_msgs,p50_ms,p99_ms\n");
        foreach (var row in run.Rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{run.Name},{row.At},{row.Input},{row.Output},{row.P50},{row.P99}");
        }

        return text.ToString();
    }
}
