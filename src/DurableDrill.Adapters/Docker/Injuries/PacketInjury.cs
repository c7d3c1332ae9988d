using System.Globalization;
using DurableDrill.Adapters.Sources;
using DurableDrill.Faults;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Docker.Injuries;

/// <summary>
/// Partition, loss and bandwidth: packets in both directions are dropped in the container's network namespace, all, some at random, or those above
/// a rate. Each rule bears the ticket as a comment, so that several faults lie side by side and each goes alone. The container keeps its networks and
/// addresses, which a disconnect would take: it would come back with others. Talk with itself and with the engine's name server goes on.
/// </summary>
internal sealed class PacketInjury : ContainerInjury
{
    private const string Functions = """
        n() { nsenter -t "$PID" -n "$@"; }
        own() { grep -q "$ID" "/proc/$PID/cgroup"; }
        rules() { n "$1" -w -n -L "$2" --line-numbers 2> /dev/null | grep -F "/* $TICKET */" | cut -d ' ' -f 1 | sort -rn; }
        clear() {
          for t in iptables ip6tables; do for c in INPUT OUTPUT; do
            for r in $(rules $t $c); do n $t -w -D $c "$r"; done
          done; done
        }

        """;

    // Where there is no IPv6 there is nothing to drop.
    private const string Apply = Functions + """
        own && clear || exit 1
        drop() { n "$@" -m comment --comment "$TICKET" $MATCH -j DROP; }
        for p in ${PEERS:-any}; do
          case $p in
            any)
              drop iptables -w -I INPUT ! -i lo && drop iptables -w -I OUTPUT ! -o lo || exit 1
              if n ip -6 -o address | grep -qv ' lo '; then drop ip6tables -w -I INPUT ! -i lo && drop ip6tables -w -I OUTPUT ! -o lo || exit 1; fi ;;
            *:*) drop ip6tables -w -I INPUT -s "$p" && drop ip6tables -w -I OUTPUT -d "$p" || exit 1 ;;
            *) drop iptables -w -I INPUT -s "$p" && drop iptables -w -I OUTPUT -d "$p" || exit 1 ;;
          esac
        done
        """;

    private const string Revert = Functions + "! own || clear";
    private const string Look = Functions + "own && for t in iptables ip6tables; do for c in INPUT OUTPUT; do rules $t $c; done; done | wc -l";

    public override Task<IReadOnlyList<Finding>> CheckAsync(ContainerScene scene, CancellationToken cancellation) => NetworkPeers.TryAsync(
        scene, $"iptables -w -A INPUT -m comment --comment x {Match(scene.Ticket)} -j DROP", "iptables", Peer(scene.Ticket.Fault), cancellation);

    public override async Task ApplyAsync(ContainerScene scene, CancellationToken cancellation)
    {
        scene.RequireRunning();
        var peers = await NetworkPeers.AddressesAsync(scene, Peer(scene.Ticket.Fault), cancellation);
        await scene.Helper.RunAsync(
            scene.Ticket.Id, Apply, [.. scene.HelperEnvironment, $"PEERS={peers}", $"MATCH={Match(scene.Ticket)}"], [], cancellation);
    }

    public override async Task RevertAsync(ContainerScene scene, CancellationToken cancellation)
    {
        // What does not run has no network, and gets a new one when it is started.
        if (scene.Container.State.Alive)
        {
            await scene.Helper.RunAsync(scene.Ticket.Id, Revert, scene.HelperEnvironment, [], cancellation);
        }
    }

    public override async Task<bool> IsPresentAsync(ContainerScene scene, CancellationToken cancellation) =>
        scene.Container.State.Alive && await scene.Helper.RunAsync(scene.Ticket.Id, Look, scene.HelperEnvironment, [], cancellation) != "0";

    private static string? Peer(Fault fault) => fault switch
    {
        Partition partition => partition.Peer,
        Loss loss => loss.Peer,
        Bandwidth bandwidth => bandwidth.Peer,
        _ => null,
    };

    /// <summary>Which packets are dropped.</summary>
    private static string Match(FaultTicket ticket) => ticket.Fault switch
    {
        Loss loss => string.Create(CultureInfo.InvariantCulture, $"-m statistic --mode random --probability {loss.Percent / 100:0.######}"),
        // The burst holds a second, and at least what a virtual network card may hand over in one piece.
        Bandwidth bandwidth => $"-m hashlimit --hashlimit-above {bandwidth.BytesPerSecond}b/s --hashlimit-burst {Math.Max(bandwidth.BytesPerSecond, 1 << 17)}b "
            + $"--hashlimit-name d{ContentHash.Of(ticket.Id) & 0xffffffff:x8}",
        _ => "",
    };
}
