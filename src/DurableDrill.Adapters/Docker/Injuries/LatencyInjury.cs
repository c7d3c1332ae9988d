using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Docker.Injuries;

/// <summary>Latency: what the container sends is delayed by netem in its network namespace, so a round trip takes longer by the delay once.</summary>
internal sealed class LatencyInjury : ContainerInjury
{
    private const string Functions = """
        n() { nsenter -t "$PID" -n "$@"; }
        own() { grep -q "$ID" "/proc/$PID/cgroup"; }
        cards() { n ip -o link show | sed -n 's/^[0-9]*: \([^:@]*\).*/\1/p' | grep -v '^lo$'; }

        """;

    // A tree of two classes, of which one is delayed; to named peers only what goes there takes it.
    private const string Apply = Functions + """
        own || exit 1
        for i in $(cards); do
          n tc qdisc replace dev "$i" root handle d1: htb default "$DEFAULT" &&
            n tc class replace dev "$i" parent d1: classid d1:1 htb rate 100gbit &&
            n tc class replace dev "$i" parent d1: classid d1:2 htb rate 100gbit &&
            n tc qdisc replace dev "$i" parent d1:2 handle d2: netem delay "${DELAY}us" "${JITTER}us" || exit 1
          for p in $PEERS; do
            case $p in *:*) continue ;; esac
            n tc filter add dev "$i" parent d1: protocol ip prio 1 u32 match ip dst "$p" flowid d1:2 || exit 1
          done
        done
        """;

    private const string Revert = Functions + """! own || for i in $(cards); do n tc qdisc show dev "$i" | grep -q 'htb d1:' && n tc qdisc del dev "$i" root; done; true""";
    private const string Look = Functions + "own && n tc qdisc show | grep -c 'htb d1:' || true";

    public override async Task<IReadOnlyList<Finding>> CheckAsync(ContainerScene scene, CancellationToken cancellation) =>
        [.. await NetworkPeers.TryAsync(scene, "tc qdisc add dev lo root netem delay 1ms", "tc netem", Fault(scene).Peer, cancellation),
            Warning("delay", $"what {scene.Component} sends is delayed, not what it is sent: a round trip takes longer by the delay once")];

    public override async Task ApplyAsync(ContainerScene scene, CancellationToken cancellation)
    {
        scene.RequireRunning();
        if (scene.Others.OfType<Latency>().Any())
        {
            throw new TargetException($"{scene.Component}: another latency fault is there; one at a time can be done to a container.");
        }

        var fault = Fault(scene);
        var peers = await NetworkPeers.AddressesAsync(scene, fault.Peer, cancellation);
        await scene.Helper.RunAsync(scene.Ticket.Id, Revert + "\n" + Apply,
        [
            .. scene.HelperEnvironment, $"PEERS={peers}", $"DEFAULT={(fault.Peer is null ? 2 : 1)}",
            $"DELAY={(long)fault.Delay.TotalMicroseconds}", $"JITTER={(long)fault.Jitter.TotalMicroseconds}",
        ], [], cancellation);
    }

    public override async Task RevertAsync(ContainerScene scene, CancellationToken cancellation)
    {
        if (scene.Container.State.Alive)
        {
            await scene.Helper.RunAsync(scene.Ticket.Id, Revert, scene.HelperEnvironment, [], cancellation);
        }
    }

    public override async Task<bool> IsPresentAsync(ContainerScene scene, CancellationToken cancellation) =>
        scene.Container.State.Alive && await scene.Helper.RunAsync(scene.Ticket.Id, Look, scene.HelperEnvironment, [], cancellation) != "0";

    private static Latency Fault(ContainerScene scene) => (Latency)scene.Ticket.Fault;
}
