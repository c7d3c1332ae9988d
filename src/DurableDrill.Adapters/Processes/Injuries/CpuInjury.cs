using System.Globalization;
using System.Text.Json;
using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Processes.Injuries;

/// <summary>
/// Cpu: the component is tied to as many processors as it is left cores, rounded up; what is less than whole is taken by freezing it for
/// a share of each tenth of a second. No right is needed for either, and together they are an upper bound: 0.5 is at most half of one core.
/// </summary>
internal sealed class CpuInjury : Injury
{
    private const double PeriodSeconds = 0.1;

    // No "--" before the group: dash takes it for a process. It ends with the component, at the ticket's time, or when it is killed; after it nothing stays frozen.
    private const string DutyCycle = """
        pid=$1 ticks=$2 run=$3 rest=$4 until=$5
        alive() { read -r line 2>/dev/null <"/proc/$pid/stat" && set -- ${line##*) } && [ "${20}" = "$ticks" ]; }
        trap 'alive && kill -CONT "-$pid"' EXIT
        trap 'exit 0' TERM INT HUP
        while alive && [ "$(date +%s)" -lt "$until" ]; do
            kill -STOP "-$pid"; sleep "$rest"; kill -CONT "-$pid"; sleep "$run"
        done
        """;

    public override IEnumerable<Finding> Check(Scene scene)
    {
        var cores = ((Cpu)scene.Ticket.Fault).Cores;
        if (scene.Leader is not { } leader)
        {
            yield break;
        }

        var allowed = CpuAffinity.Read(leader.Pid).Count;
        if (cores >= allowed)
        {
            yield return Error("cores", $"found {cores}, but {scene.Component} may use {allowed} processors: less than that is a fault.");
        }

        if (Share(cores) < 1 && ComponentRunner.Members(scene.State, scene.Component).Any(entry => entry.Group != leader.Group))
        {
            yield return Error("cores", $"found {cores}; {scene.Component} has processes in groups of their own, so only whole cores can be taken.");
        }
    }

    public override JsonElement Prepare(Scene scene)
    {
        var leader = scene.RequireLeader();
        return DrillJson.ToElement(new CpuUndo(leader.Identity, CpuAffinity.Read(leader.Pid)));
    }

    public override async Task ApplyAsync(Scene scene, CancellationToken cancellation)
    {
        var leader = scene.RequireLeader();
        if (scene.Others.OfType<Cpu>().Any())
        {
            throw new TargetException($"{scene.Component}: another cpu fault is there already.");
        }

        var cores = ((Cpu)scene.Ticket.Fault).Cores;
        var processors = scene.Undo<CpuUndo>().Processors.Take((int)Math.Ceiling(cores)).ToList();
        SetAll(scene, processors);
        if (Share(cores) < 1 && RunProcesses.Find(scene.State.Run, scene.Ticket.Id).Count == 0)
        {
            await StartDutyCycleAsync(scene, leader, Share(cores), cancellation);
        }
    }

    public override async Task RevertAsync(Scene scene, CancellationToken cancellation)
    {
        await RunProcesses.KillAllAsync(scene.State.Run, scene.Time, cancellation, scene.Ticket.Id);
        if (scene.Leader is not { } leader || leader.Identity != scene.Undo<CpuUndo>().Process)
        {
            // A component that was started anew is not tied.
            return;
        }

        SetAll(scene, scene.Undo<CpuUndo>().Processors);
        if (!scene.Others.OfType<Pause>().Any())
        {
            await scene.Runner.FreezeAsync(scene.State, frozen: false, cancellation);
        }
    }

    public override Task<bool> IsPresentAsync(Scene scene, CancellationToken cancellation)
    {
        var undo = scene.Undo<CpuUndo>();
        return Task.FromResult(RunProcesses.Find(scene.State.Run, scene.Ticket.Id).Count > 0
            || (scene.Leader is { } leader && leader.Identity == undo.Process && !CpuAffinity.Read(leader.Pid).SequenceEqual(undo.Processors)));
    }

    /// <summary>The share of the whole processors that is left.</summary>
    private static double Share(double cores) => cores / Math.Ceiling(cores);

    private static void SetAll(Scene scene, IReadOnlyList<int> processors)
    {
        foreach (var entry in ComponentRunner.Members(scene.State, scene.Component))
        {
            CpuAffinity.Set(entry, processors);
        }
    }

    private static async Task StartDutyCycleAsync(Scene scene, ProcessEntry leader, double share, CancellationToken cancellation)
    {
        var environment = new Dictionary<string, string?>
        {
            [RunFolder.RunVariable] = scene.State.Run,
            [RunFolder.TicketVariable] = scene.Ticket.Id,
            [RunFolder.ComponentVariable] = null,
        };
        await DetachedProcess.StartAsync(
            ["sh", "-c", DutyCycle, "duty-cycle", Text(leader.Pid), Text(leader.Identity.StartTicks), Text(PeriodSeconds * share),
                Text(PeriodSeconds * (1 - share)), Text(scene.Ticket.RevertBy.ToUnixTimeSeconds())],
            scene.Folder.Path, scene.Folder.LogOf($"cpu-{scene.Component}"), environment, cancellation);

        static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
    }

    private sealed record CpuUndo(ProcessIdentity Process, IReadOnlyList<int> Processors);
}
