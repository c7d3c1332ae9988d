using System.Globalization;
using System.Text;
using DurableDrill.Pipeline.Orders;

namespace DurableDrill.Pipeline.Ledger;

/// <summary>
/// Writes a producer's ledger (docs/ledger-format.md). One writer has the file; readers may read along. Thread-safe.
/// </summary>
internal sealed class LedgerWriter : IDisposable
{
    private const int MaxHashes = 1000;
    private const int MaxRangesLength = 60_000;

    private readonly Lock gate = new();
    private readonly FileStream file;
    private readonly FileStream holder;
    private readonly bool sync;
    private long length;

    private LedgerWriter(FileStream file, FileStream holder, bool sync, LedgerSummary earlier)
    {
        this.file = file;
        this.holder = holder;
        this.sync = sync;
        length = earlier.Length;
        Earlier = earlier;
    }

    /// <summary>What was there before this session.</summary>
    public LedgerSummary Earlier { get; }

    /// <summary>Opens or creates a ledger, cuts off a torn last line and begins a session.</summary>
    /// <param name="path">The file; its folder is created.</param>
    /// <param name="producer">Must be the ledger's own.</param>
    /// <param name="sync">Flush to disk before every attempt.</param>
    /// <param name="now">When the session begins.</param>
    /// <exception cref="FormatException">The file is not this producer's ledger.</exception>
    /// <exception cref="IOException">Another process writes it, or it cannot be written.</exception>
    public static LedgerWriter Open(string path, string producer, bool sync, DateTimeOffset now)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);

        // A second writer fails here instead of mixing two sessions. A lock on the ledger itself would keep readers out.
        var holder = new FileStream($"{path}.lock", FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        try
        {
            var earlier = ReadEarlier(path, producer);
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.SetLength(earlier.Length);
            var writer = new LedgerWriter(file, holder, sync, earlier);
            writer.Append((earlier.Producer is null ? $"durabledrill-ledger 1 {producer}\n" : "") + $"S {Microseconds(now)}\n");
            return writer;
        }
        catch
        {
            holder.Dispose();
            throw;
        }
    }

    /// <summary>Takes down orders with successive numbers, before they are handed on.</summary>
    /// <exception cref="IOException">They are not in the ledger: do not hand them on.</exception>
    public void Attempt(IReadOnlyList<Order> orders, DateTimeOffset now)
    {
        var text = new StringBuilder();
        for (var i = 0; i < orders.Count; i++)
        {
            if (i % MaxHashes == 0)
            {
                text.Append(i == 0 ? "" : "\n").Append(CultureInfo.InvariantCulture, $"A {orders[i].Sequence} {Microseconds(now)}");
            }

            text.Append(' ').Append(orders[i].Content.ToString("x16", CultureInfo.InvariantCulture));
        }

        Append(text.Append('\n').ToString());
        if (sync)
        {
            Flush();
        }
    }

    /// <summary>Takes down what became of attempts: K, F or U.</summary>
    /// <exception cref="IOException">They are not in the ledger.</exception>
    public void Record(char outcome, List<long> sequences)
    {
        foreach (var ranges in Ranges.Format(sequences, MaxRangesLength))
        {
            Append($"{outcome} {ranges}\n");
        }
    }

    /// <summary>Flushes to disk.</summary>
    public void Flush() => RandomAccess.FlushToDisk(file.SafeFileHandle);

    /// <inheritdoc/>
    public void Dispose()
    {
        Flush();
        file.Dispose();
        holder.Dispose();
    }

    private static LedgerSummary ReadEarlier(string path, string producer)
    {
        if (!File.Exists(path))
        {
            return new();
        }

        try
        {
            var earlier = LedgerSummary.Read(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return earlier.Producer is null || earlier.Producer == producer
                ? earlier
                : throw new FormatException($"it is the ledger of '{earlier.Producer}', not of '{producer}'");
        }
        catch (FormatException error)
        {
            throw new FormatException($"{path}: {error.Message}", error);
        }
    }

    private static long Microseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / 10;

    private void Append(string text)
    {
        lock (gate)
        {
            try
            {
                RandomAccess.Write(file.SafeFileHandle, Encoding.ASCII.GetBytes(text), length);
                length += text.Length;
            }
            catch (IOException)
            {
                // A full disk may take half of a line: the next one must not be glued to it.
                file.SetLength(length);
                throw;
            }
        }
    }
}
