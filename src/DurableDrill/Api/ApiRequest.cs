namespace DurableDrill.Api;

/// <summary>A request, whichever server took it.</summary>
/// <param name="Method">GET, HEAD, POST, PUT or DELETE.</param>
/// <param name="Path">The path's segments after the prefix (<see cref="DrillApi.Prefix"/>), decoded: <c>["drills", "worker-1"]</c>.</param>
public sealed record ApiRequest(string Method, IReadOnlyList<string> Path)
{
    /// <summary>The query's parameters, decoded; a name may stand in it more than once.</summary>
    public ILookup<string, string> Query { get; init; } = Array.Empty<string>().ToLookup(name => name);

    /// <summary>A header's value, whatever the case of its name; null when it is not there.</summary>
    public Func<string, string?> Header { get; init; } = _ => null;

    /// <summary>The body, read by the API only and only as far as <see cref="DrillApi.MaxBody"/>.</summary>
    public Stream Body { get; init; } = Stream.Null;

    /// <summary>A text that no other request has: ids are made of it, for the core draws no random numbers. A GUID, say.</summary>
    public required string Unique { get; init; }
}

/// <summary>The answer.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="ContentType">Empty when there is no body.</param>
/// <param name="Body">The body; a server answering HEAD leaves it out.</param>
public sealed record ApiResponse(int Status, string ContentType, ReadOnlyMemory<byte> Body)
{
    /// <summary>Further headers: Location, Retry-After, Allow.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>The same answer with one more header.</summary>
    public ApiResponse With(string header, string value) => this with { Headers = new Dictionary<string, string>(Headers) { [header] = value } };
}
