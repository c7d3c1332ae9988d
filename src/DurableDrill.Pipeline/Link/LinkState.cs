using System.Text.Json;
using System.Text.Json.Serialization;

namespace DurableDrill.Pipeline.Link;

/// <summary>What a link does to what passes, in each direction. The default: nothing.</summary>
/// <param name="Cut">Nothing passes, as when every packet is dropped: connections stay open and stall, new ones are accepted and carry nothing.</param>
/// <param name="DelayMs">Added on the way, milliseconds; 0 to 600,000.</param>
/// <param name="JitterMs">Added to the delay, uniform from 0 to this; at most the delay. Bytes stay in order.</param>
/// <param name="BytesPerSecond">For all connections together; 1 or more; null: as fast as it goes.</param>
internal sealed record LinkState(bool Cut = false, double DelayMs = 0, double JitterMs = 0, long? BytesPerSecond = null)
{
    private static readonly JsonSerializerOptions Strict = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Reads a whole state; what is left out is as by default.</summary>
    /// <exception cref="FormatException">It is none; the message says what is wrong.</exception>
    public static LinkState Parse(string json)
    {
        LinkState state;
        try
        {
            state = JsonSerializer.Deserialize<LinkState>(json, Strict) ?? throw new FormatException("null is not a state");
        }
        catch (JsonException error)
        {
            // Loss has no honest meaning here: TCP hides it, and what an application sees of it is delay.
            throw new FormatException($"cut, delay_ms, jitter_ms and bytes_per_second are allowed: {error.Message}", error);
        }

        return state switch
        {
            { DelayMs: not (>= 0 and <= 600_000) } => throw new FormatException($"delay_ms is {state.DelayMs}; 0 to 600000 is allowed"),
            { JitterMs: var jitter, DelayMs: var delay } when !(jitter >= 0 && jitter <= delay) => throw new FormatException($"jitter_ms is {jitter}; 0 to delay_ms, {delay}, is allowed"),
            { BytesPerSecond: < 1 } => throw new FormatException($"bytes_per_second is {state.BytesPerSecond}; 1 or more is allowed, null for no limit"),
            _ => state,
        };
    }
}
