using System.Diagnostics;
using System.Net;
using DurableDrill.TestServers;

namespace DurableDrill.Local.Tests.Secrets;

/// <summary>
/// A careless server: <c>/count</c> gives a counter that grows by 40 a second, <c>/sometimes</c> too, but for each fourth request; everything else
/// is refused with an answer that repeats the credentials.
/// </summary>
internal sealed class EchoServer : LoopbackHttp
{
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private int sometimes;

    /// <summary>The credentials that came, as they came.</summary>
    public IEnumerable<string> Credentials => Asked.Select(request => request[(request.IndexOf(' ', StringComparison.Ordinal) + 1)..]).Distinct();

    protected override (int Status, string Body) Answer(HttpListenerRequest request) =>
        request.RawUrl == "/count" || (request.RawUrl == "/sometimes" && ++sometimes % 4 != 0)
            ? (200, $$"""{ "count": {{(int)(clock.Elapsed.TotalSeconds * 40)}} }""")
            : (403, $"denied for {request.Headers["Authorization"]}");
}
