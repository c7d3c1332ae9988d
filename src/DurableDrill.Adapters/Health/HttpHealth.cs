using DurableDrill.Adapters.Http;
using DurableDrill.Adapters.Sources;
using DurableDrill.Signals;

namespace DurableDrill.Adapters.Health;

/// <summary>Whether a URL answers well: 1 for a status from 200 to 299, 0 for any other and for a refused connection; no answer at all is a gap.</summary>
internal sealed class HttpHealth(HttpSource source) : IProbe
{
    public static IProbe Of(SourceOptions options, ProbeHost host) => new HttpHealth(HttpSource.Of(options, host.Secrets));

    public async ValueTask<ProbeReading> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return new((await source.GetAsync(cancellation)).Status is >= 200 and < 300 ? 1 : 0);
        }
        catch (ProbeException error) when (error.InnerException is HttpRequestException
        {
            HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.ResponseEnded,
        })
        {
            return new(0);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
