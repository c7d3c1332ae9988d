// Runs one drill again and again on a pipeline that ships and compares the instants that it reports with the same rule applied to every commit time.
//
//   KAFKA_HOME=… dotnet run -c Release --project benchmarks/RecoveryInstants [-- [RATES] [RUNS] [DRILL] [SECONDS] [TARGET]]
//
// RATES: orders a second, with commas (50,1000); RUNS: of each (10); DRILL: by its name (workers); SECONDS: how long the fault is held (10);
// TARGET: orders, or orders-embedded where there is no Kafka; or a compose stack (spark, ha, flink, spark-failures, eventlog).
// The truth: pg_xact_commit_timestamp in PostgreSQL, the write time of a row in Cassandra.
// diff: flow less true. flow: by those of the drill's readings that commits show too; on our own pipelines it is what the drill reports.
using DurableDrill.Benchmarks.RecoveryInstants;

var rates = (args.ElementAtOrDefault(0) ?? "50,1000").Split(',');
var runs = int.Parse(args.ElementAtOrDefault(1) ?? "10");
var drill = args.ElementAtOrDefault(2) ?? "workers";
var seconds = args.ElementAtOrDefault(3) ?? "10";
var target = args.ElementAtOrDefault(4) ?? (Environment.GetEnvironmentVariable("KAFKA_HOME") is { Length: > 0 } ? "orders" : "orders-embedded");

Console.WriteLine($"Drill \"{drill}\" on {target}, held for {seconds} s; reported against every commit time, s.");
var within = true;
foreach (var rate in rates)
{
    await using var pipeline = await Pipeline.UpAsync(target, rate);
    Console.WriteLine();
    Console.WriteLine($"{rate} orders/s     recovery time                           downtime              recovered");
    Console.WriteLine("run    reported     flow     true     diff    reported    true    diff    true instant in the interval");
    var differences = new List<double>();
    for (var run = 1; run <= runs; run++)
    {
        var (reported, flow, truth) = await pipeline.RunAsync(drill, seconds);
        if (flow.RecoveryTime is not { } time || truth.RecoveryTime is not { } exact)
        {
            Console.WriteLine($"{run,3}    {flow.Outcome} reported, {truth.Outcome} in truth");
            continue;
        }

        differences.Add(Math.Abs(time.Seconds - exact.Seconds));
        var holds = flow.Recovered!.Value.Earliest <= truth.Recovered!.Value.Latest && truth.Recovered.Value.Earliest <= flow.Recovered.Value.Latest;
        Console.WriteLine($"{run,3}    {reported.RecoveryTime?.Seconds,8:f3} {time.Seconds,8:f3} {exact.Seconds,8:f3} {time.Seconds - exact.Seconds,8:f3}    "
            + $"{flow.Downtime.Seconds,8:f3} {truth.Downtime.Seconds,7:f3} {flow.Downtime.Seconds - truth.Downtime.Seconds,7:f3}    {(holds ? "yes" : "no")}");
    }

    var sorted = differences.Order().ToList();
    var median = sorted.Count == 0 ? double.NaN : (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    within &= sorted.Count == runs && median <= 0.25;
    Console.WriteLine($"median of |diff|, {sorted.Count} of {runs} runs: {median:f3} s; one sampling interval is 0.250 s");
}

return within ? 0 : 1;
