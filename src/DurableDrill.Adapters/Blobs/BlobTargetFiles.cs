using System.Text;
using DurableDrill.Faults;

namespace DurableDrill.Adapters.Blobs;

/// <summary>The target files of a host without a disk: <c>targets/NAME.yaml</c> (or .yml, .json), put there by people.</summary>
public sealed class BlobTargetFiles
{
    private static readonly string[] Endings = [".yaml", ".yml", ".json"];

    private readonly BlobFolder folder;

    internal BlobTargetFiles(BlobFolder folder) => this.folder = folder;

    /// <summary>The names, in order.</summary>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var blob in folder.ListAsync("", cancellation))
        {
            if (Endings.Contains(Path.GetExtension(blob.Name)))
            {
                names.Add(Path.GetFileNameWithoutExtension(blob.Name));
            }
        }

        return [.. names];
    }

    /// <summary>A file with its version, which changes when it is written anew; null: there is none of this name.</summary>
    public async Task<Versioned<TargetText>?> ReadAsync(string name, CancellationToken cancellation)
    {
        foreach (var blob in Endings.Select(ending => name + ending))
        {
            if (await folder.ReadAsync(blob, cancellation) is { } read)
            {
                return new(new(folder.Locate(blob), Encoding.UTF8.GetString(read.Value)), read.Version);
            }
        }

        return null;
    }
}

/// <summary>A target file as it was written.</summary>
/// <param name="Source">Where it lies, for messages.</param>
/// <param name="Text">The text.</param>
public sealed record TargetText(string Source, string Text);
