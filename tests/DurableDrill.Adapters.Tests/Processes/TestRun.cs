using DurableDrill.Adapters.Processes;
using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Tests.Processes;

/// <summary>A run of small real processes in a folder of its own; nothing of it is left when the test ends.</summary>
internal sealed class TestRun : IAsyncDisposable
{
    private readonly List<string> said = [];

    public TestRun()
    {
        Folder = new(Path.Combine(Path.GetTempPath(), "drill-run-" + Path.GetRandomFileName()));
        Pipeline = new(Folder, TimeProvider.System);
        Target = new("test", Folder, TimeProvider.System);
    }

    public RunFolder Folder { get; }

    public ProcessPipeline Pipeline { get; }

    public ProcessTarget Target { get; }

    public IReadOnlyList<string> Said => said;

    public static ComponentDefinition Sleeper { get; } = new() { Run = ["sleep", "1000"] };

    /// <summary>A component that runs this script.</summary>
    public static ComponentDefinition Script(string script, params string[] after) => new() { Run = ["sh", "-c", script], After = after };

    public Task<RunState> UpAsync(params (string Name, ComponentDefinition Component)[] components) => UpAsync(Request(components));

    public Task<RunState> UpAsync(UpRequest request) => Pipeline.UpAsync(request, new Ear(said), CancellationToken.None);

    public Task DownAsync(bool force = false) => Pipeline.DownAsync(force, new Ear(said), CancellationToken.None);

    public static UpRequest Request(params (string Name, ComponentDefinition Component)[] components) => new()
    {
        Source = "target: test\n",
        Ports = [],
        Expand = _ => new()
        {
            Target = "test",
            Carrier = "processes",
            Components = components.ToDictionary(pair => pair.Name, pair => pair.Component),
        },
        HealthTimeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>A ticket with its undo, as the executor hands it to the target.</summary>
    public async Task<FaultTicket> TicketAsync(Fault fault, string id = "drill.fault")
    {
        var now = DateTimeOffset.UtcNow;
        var ticket = new FaultTicket(id, "drill", "test", fault, now, now.AddSeconds(30), now.AddSeconds(60));
        return ticket with { Undo = await Target.PrepareAsync(ticket, CancellationToken.None) };
    }

    public async Task<ComponentState> StateOfAsync(string component) =>
        (await Target.InspectAsync(CancellationToken.None)).Single(state => state.Name == component);

    public async Task<int> PidOfAsync(string component) =>
        (await Folder.ReadAsync(CancellationToken.None))!.Processes[component].Process.Pid;

    public Task ApplyAsync(FaultTicket ticket) => Target.ApplyAsync(ticket, CancellationToken.None);

    public Task RevertAsync(FaultTicket ticket) => Target.RevertAsync(ticket, CancellationToken.None);

    public Task<FaultPresence> VerifyAsync(FaultTicket ticket) => Target.VerifyAsync(ticket, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await DownAsync(force: true);
        Directory.Delete(Folder.Path, recursive: true);
    }

    private sealed class Ear(List<string> said) : IProgress<string>
    {
        public void Report(string value)
        {
            lock (said)
            {
                said.Add(value);
            }
        }
    }
}
