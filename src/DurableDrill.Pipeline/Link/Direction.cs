using System.Buffers;
using System.Net.Sockets;
using System.Threading.Channels;

namespace DurableDrill.Pipeline.Link;

/// <summary>One way through the link, for all its connections: what they share is the bandwidth.</summary>
internal sealed class Direction(Conditions conditions, TimeProvider time)
{
    private const int ChunkSize = 65_536;

    // What is on the way at once in one connection; more is held back at the sender, by TCP.
    private const int MaxChunks = 128;

    private readonly Lock gate = new();
    private DateTimeOffset free;

    /// <summary>Carries bytes until the sender has closed, then closes the receiver's side. Throws when either connection breaks.</summary>
    public async Task CarryAsync(Socket from, Socket to, CancellationToken cancellation)
    {
        var onTheWay = Channel.CreateBounded<Chunk>(new BoundedChannelOptions(MaxChunks) { SingleReader = true, SingleWriter = true });
        var sending = SendAsync(onTheWay.Reader, to, cancellation);
        try
        {
            await ReceiveAsync(from, onTheWay.Writer, cancellation);
            onTheWay.Writer.Complete();
        }
        catch (Exception error)
        {
            onTheWay.Writer.Complete(error);
        }

        await sending;
    }

    private async Task ReceiveAsync(Socket from, ChannelWriter<Chunk> onTheWay, CancellationToken cancellation)
    {
        var last = DateTimeOffset.MinValue;
        while (true)
        {
            await conditions.WhenOpenAsync(cancellation);
            var buffer = ArrayPool<byte>.Shared.Rent(ChunkSize);
            var length = await from.ReceiveAsync(buffer.AsMemory(0, ChunkSize), cancellation);
            var state = conditions.State;
            var due = time.GetUtcNow() + TimeSpan.FromMilliseconds(state.DelayMs + (Random.Shared.NextDouble() * state.JitterMs));
            last = due > last ? due : last;
            await onTheWay.WriteAsync(new(buffer, length, last), cancellation);
            if (length == 0)
            {
                return;
            }
        }
    }

    private async Task SendAsync(ChannelReader<Chunk> onTheWay, Socket to, CancellationToken cancellation)
    {
        await foreach (var chunk in onTheWay.ReadAllAsync(cancellation))
        {
            await WaitUntilAsync(chunk.Due, cancellation);
            if (chunk.Length == 0)
            {
                await conditions.WhenOpenAsync(cancellation);
                to.Shutdown(SocketShutdown.Send);
            }

            for (var sent = 0; sent < chunk.Length;)
            {
                await conditions.WhenOpenAsync(cancellation);
                var piece = await PassAsync(chunk.Length - sent, cancellation);
                sent += await to.SendAsync(chunk.Bytes.AsMemory(sent, piece), cancellation);
            }

            ArrayPool<byte>.Shared.Return(chunk.Bytes);
        }
    }

    /// <summary>Waits for the turn of the next bytes; how many may go: a twentieth of a second's at most, so that a slow link trickles.</summary>
    private async ValueTask<int> PassAsync(int wanted, CancellationToken cancellation)
    {
        if (conditions.State.BytesPerSecond is not { } rate)
        {
            return wanted;
        }

        var piece = (int)Math.Clamp(rate / 20, 1, wanted);
        DateTimeOffset turn;
        lock (gate)
        {
            var now = time.GetUtcNow();
            turn = free > now ? free : now;
            free = turn + TimeSpan.FromSeconds((double)piece / rate);
        }

        await WaitUntilAsync(turn, cancellation);
        return piece;
    }

    private async ValueTask WaitUntilAsync(DateTimeOffset due, CancellationToken cancellation)
    {
        var wait = due - time.GetUtcNow();
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, time, cancellation);
        }
    }

    private readonly record struct Chunk(byte[] Bytes, int Length, DateTimeOffset Due);
}
