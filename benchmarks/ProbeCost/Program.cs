// What the watching costs: the shipped pipeline's signals, read at 4/s beside a real Kafka and a real PostgreSQL, which run in processes of their own.
// Prints this process's share of one core and its memory, over time. Usage: ProbeCost [SECONDS, default 120]. Needs KAFKA_HOME.
using System.Diagnostics;
using System.Globalization;
using DurableDrill.Adapters.Sources;
using DurableDrill.Benchmarks.ProbeCost;
using DurableDrill.Signals;

const double Limit = 0.02;
var length = TimeSpan.FromSeconds(args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 120);
await using var pipeline = await OrdersPipeline.StartAsync();
var host = new ProbeHost(new(), TimeProvider.System);
var probes = pipeline.Signals.ToDictionary(signal => signal.Key, signal => Probes.Create(signal.Value, $"signals.{signal.Key}", host));
await using var sampler = new Sampler(probes, TimeProvider.System);

// Connections, prepared statements and compiled code are there once; what is measured goes on as long as a drill does.
await sampler.ObserveAsync(TimeSpan.FromSeconds(15), CancellationToken.None);
var process = Process.GetCurrentProcess();
var samples = new List<Sample>();
var memory = new List<long>();
var heap = GC.GetTotalMemory(forceFullCollection: true);
var cpu = process.TotalProcessorTime;
var clock = Stopwatch.StartNew();
while (clock.Elapsed < length)
{
    // As a drill does it: burst after burst.
    samples.AddRange(await sampler.ObserveAsync(TimeSpan.FromSeconds(5), CancellationToken.None));
    process.Refresh();
    memory.Add(process.WorkingSet64);
}

process.Refresh();
var share = (process.TotalProcessorTime - cpu) / clock.Elapsed;
var rate = samples.Count / clock.Elapsed.TotalSeconds / probes.Count;
Console.WriteLine($"signals              {probes.Count}: {string.Join(", ", probes.Keys)}");
Console.WriteLine($"readings             {samples.Count}, {rate:0.00} a second and signal, {samples.Count(sample => sample.Gap is not null)} gaps");
foreach (var signal in samples.GroupBy(sample => sample.Signal))
{
    var took = signal.Select(sample => sample.Took.TotalMilliseconds).Order().ToList();
    Console.WriteLine($"  {signal.Key,-18} median {took[took.Count / 2]:0.0} ms, 99 % within {took[took.Count * 99 / 100]:0.0} ms");
}

foreach (var gap in samples.Where(sample => sample.Gap is not null).GroupBy(sample => $"{sample.Signal}: {sample.Gap}"))
{
    Console.WriteLine($"  {gap.Count()} x {gap.Key}");
}

Console.WriteLine($"one core             {share:P2} (promised: less than {Limit:P0})");
// Resident memory rises until the collector's first budget is used up, so what is alive is told beside it.
Console.WriteLine($"resident             {string.Join(", ", memory.Chunk(Math.Max(1, memory.Count / 6)).Select(part => $"{part.Max() / 1e6:0.0}"))} MB");
Console.WriteLine($"collections          {GC.CollectionCount(0)}");
samples.Clear();
samples.TrimExcess();
Console.WriteLine($"alive on the heap    {heap / 1e6:0.00} MB before, {GC.GetTotalMemory(forceFullCollection: true) / 1e6:0.00} MB after");
return share < Limit ? 0 : 1;
