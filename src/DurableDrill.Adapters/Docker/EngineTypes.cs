using System.Text.Json.Serialization;

namespace DurableDrill.Adapters.Docker;

// The parts of the Engine API's answers and requests that this program uses, under the names that the API gives them.

/// <summary>GET /version.</summary>
internal sealed record EngineVersion(string Version, string ApiVersion, [property: JsonPropertyName("MinAPIVersion")] string? MinApiVersion);

/// <summary>GET /info.</summary>
internal sealed record EngineInfo(string? Driver, bool MemoryLimit, bool CpuCfsQuota);

/// <summary>One of GET /containers/json.</summary>
internal sealed record ContainerEntry(string Id, IReadOnlyList<string> Names, IReadOnlyDictionary<string, string>? Labels, string State);

/// <summary>GET /containers/ID/json.</summary>
internal sealed record Container(
    string Id,
    string Name,
    ContainerState State,
    int RestartCount,
    ContainerConfig Config,
    HostConfig HostConfig,
    NetworkSettings NetworkSettings,
    IReadOnlyList<ContainerMount> Mounts,
    GraphDriver? GraphDriver)
{
    /// <summary>The name as people write it.</summary>
    [JsonIgnore]
    public string ShortName => Name.TrimStart('/');

    /// <summary>Changes with every start.</summary>
    [JsonIgnore]
    public string Identity => $"{Id[..12]}@{State.StartedAt:O}";
}

/// <summary>What a container is doing.</summary>
internal sealed record ContainerState(
    string Status,
    bool Running,
    bool Paused,
    bool Restarting,
    [property: JsonPropertyName("OOMKilled")] bool OomKilled,
    int Pid,
    int ExitCode,
    string? Error,
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt,
    ContainerHealth? Health)
{
    /// <summary>It has a process. While the engine waits to start it again, it calls it running, too.</summary>
    [JsonIgnore]
    public bool Alive => Running && !Restarting && Pid > 0;
}

/// <summary>The container's own health check.</summary>
internal sealed record ContainerHealth(string Status, int FailingStreak);

/// <summary>What a container was made from.</summary>
internal sealed record ContainerConfig(string Image, IReadOnlyDictionary<string, string>? Labels);

/// <summary>Limits and policies.</summary>
internal sealed record HostConfig(
    long NanoCpus, long CpuPeriod, long CpuQuota, long Memory, long MemorySwap, RestartPolicy? RestartPolicy, string? NetworkMode);

/// <summary>When the engine starts a container again.</summary>
internal sealed record RestartPolicy(string Name, int MaximumRetryCount);

/// <summary>A container's networks.</summary>
internal sealed record NetworkSettings(IReadOnlyDictionary<string, NetworkEndpoint>? Networks);

/// <summary>A container's place in one network.</summary>
internal sealed record NetworkEndpoint(
    [property: JsonPropertyName("IPAddress")] string? IpAddress,
    [property: JsonPropertyName("GlobalIPv6Address")] string? GlobalIpv6Address);

/// <summary>A volume or folder in a container.</summary>
internal sealed record ContainerMount(string Type, string? Name, string? Source, string Destination, [property: JsonPropertyName("RW")] bool Writable);

/// <summary>Where the engine keeps a container's own files.</summary>
internal sealed record GraphDriver(string Name, IReadOnlyDictionary<string, string>? Data);

/// <summary>A volume.</summary>
internal sealed record Volume(string Name, IReadOnlyDictionary<string, string>? Labels);

/// <summary>What POST answers that makes something.</summary>
internal sealed record Created(string Id);

/// <summary>How a process in a container, or a container, ended.</summary>
internal sealed record Ended(int StatusCode);

/// <summary>How an exec ended.</summary>
internal sealed record ExecEnded(bool Running, int? ExitCode);

/// <summary>What the engine says when it refuses.</summary>
internal sealed record EngineError([property: JsonPropertyName("message")] string? Message);
