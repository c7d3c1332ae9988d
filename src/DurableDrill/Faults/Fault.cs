using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableDrill.Faults;

/// <summary>What is done to a component. A closed set: each target says which kinds it supports.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Stop), "stop")]
[JsonDerivedType(typeof(Kill), "kill")]
[JsonDerivedType(typeof(Crash), "crash")]
[JsonDerivedType(typeof(Restart), "restart")]
[JsonDerivedType(typeof(Pause), "pause")]
[JsonDerivedType(typeof(Partition), "partition")]
[JsonDerivedType(typeof(Latency), "latency")]
[JsonDerivedType(typeof(Loss), "loss")]
[JsonDerivedType(typeof(Bandwidth), "bandwidth")]
[JsonDerivedType(typeof(Cpu), "cpu")]
[JsonDerivedType(typeof(Memory), "memory")]
[JsonDerivedType(typeof(DiskFill), "disk_fill")]
[JsonDerivedType(typeof(StateLoss), "state_loss")]
public abstract record Fault(string Component)
{
    /// <summary>The fault's name in plans, histories and reports.</summary>
    [JsonIgnore]
    public string Kind => JsonNamingPolicy.SnakeCaseLower.ConvertName(GetType().Name);

    /// <summary>Whether its revert cannot bring back what was there.</summary>
    [JsonIgnore]
    public bool Irreversible => this is StateLoss;
}

/// <summary>A graceful stop; the revert starts the component.</summary>
public sealed record Stop(string Component) : Fault(Component);

/// <summary>SIGKILL, counted as a stop by hand; the revert starts the component.</summary>
public sealed record Kill(string Component) : Fault(Component);

/// <summary>SIGKILL of the process, so that what supervises it acts; the revert starts the component only where nothing did.</summary>
public sealed record Crash(string Component) : Fault(Component);

/// <summary>A stop and a start at once.</summary>
public sealed record Restart(string Component) : Fault(Component);

/// <summary>The component is frozen (SIGSTOP, docker pause), or, where it declares a pause action, asked to pause.</summary>
public sealed record Pause(string Component) : Fault(Component);

/// <summary>Nothing passes between two components.</summary>
/// <param name="Component">The one side.</param>
/// <param name="Peer">The other side; null: everybody.</param>
public sealed record Partition(string Component, string? Peer) : Fault(Component);

/// <summary>What passes is delayed.</summary>
/// <param name="Component">The one side.</param>
/// <param name="Peer">The other side; null: everybody.</param>
/// <param name="Delay">Added to each direction; more than zero.</param>
/// <param name="Jitter">Uniform, at most <paramref name="Delay"/>.</param>
public sealed record Latency(string Component, string? Peer, TimeSpan Delay, TimeSpan Jitter) : Fault(Component);

/// <summary>A share of what passes is lost.</summary>
/// <param name="Component">The one side.</param>
/// <param name="Peer">The other side; null: everybody.</param>
/// <param name="Percent">More than 0, at most 100.</param>
public sealed record Loss(string Component, string? Peer, double Percent) : Fault(Component);

/// <summary>What passes is throttled.</summary>
/// <param name="Component">The one side.</param>
/// <param name="Peer">The other side; null: everybody.</param>
/// <param name="BytesPerSecond">1 or more, each direction.</param>
public sealed record Bandwidth(string Component, string? Peer, long BytesPerSecond) : Fault(Component);

/// <summary>The component gets less processor time.</summary>
/// <param name="Component">The component.</param>
/// <param name="Cores">What is left to it, in cores; more than 0.</param>
public sealed record Cpu(string Component, double Cores) : Fault(Component);

/// <summary>The component gets less memory.</summary>
/// <param name="Component">The component.</param>
/// <param name="LimitBytes">What is left to it.</param>
public sealed record Memory(string Component, long LimitBytes) : Fault(Component);

/// <summary>A file of a given size fills the component's disk.</summary>
/// <param name="Component">The component.</param>
/// <param name="Path">A folder as the component sees it.</param>
/// <param name="SizeBytes">1 or more.</param>
public sealed record DiskFill(string Component, string Path, long SizeBytes) : Fault(Component);

/// <summary>State is moved aside under the drill's id while the component is stopped. The revert leaves the new state in place.</summary>
/// <param name="Component">The component.</param>
/// <param name="Path">A file or folder as the component sees it.</param>
public sealed record StateLoss(string Component, string Path) : Fault(Component);
