using System.Text;
using System.Text.Json;
using DurableDrill.Campaigns;

namespace DurableDrill.Adapters.Blobs;

/// <summary>Campaigns as blobs: <c>campaigns/NAME.yaml</c> (or .yml, .json), written by the API or by hand; what became of them is <c>campaigns/state/NAME.json</c>.</summary>
internal sealed class BlobCampaignStore(BlobFolder folder) : ICampaignStore
{
    private static readonly string[] Endings = [".yaml", ".yml", ".json"];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var blob in folder.ListAsync("", cancellation))
        {
            if (Endings.Contains(Path.GetExtension(blob.Name)) && CampaignReader.IsName(Path.GetFileNameWithoutExtension(blob.Name)))
            {
                names.Add(Path.GetFileNameWithoutExtension(blob.Name));
            }
        }

        return [.. names];
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">There are two blobs of this name; or it cannot be read.</exception>
    public async Task<CampaignText?> ReadAsync(string name, CancellationToken cancellation)
    {
        var found = new List<CampaignText>();
        foreach (var blob in NamesOf(name))
        {
            if (await folder.ReadAsync(blob, cancellation) is { } read)
            {
                found.Add(new(blob, Encoding.UTF8.GetString(read.Value)));
            }
        }

        return found.Count < 2
            ? found.FirstOrDefault()
            : throw new IOException($"{string.Join(" and ", found.Select(each => folder.Locate(each.Source)))} define the same campaign; remove one");
    }

    /// <inheritdoc/>
    public async Task WriteAsync(string name, CampaignText definition, CancellationToken cancellation)
    {
        var blob = name + Path.GetExtension(definition.Source);
        await folder.WriteAsync(blob, Encoding.UTF8.GetBytes(definition.Text), cancellation);
        foreach (var other in NamesOf(name).Where(each => each != blob))
        {
            await folder.DeleteAsync(other, cancellation);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(string name, CancellationToken cancellation)
    {
        var deleted = false;
        foreach (var blob in NamesOf(name))
        {
            deleted |= await folder.DeleteAsync(blob, cancellation);
        }

        if (CampaignReader.IsName(name))
        {
            await folder.DeleteAsync(StateOf(name), cancellation);
        }

        return deleted;
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">It is there and damaged; or it cannot be read.</exception>
    public async Task<CampaignState?> ReadStateAsync(string name, CancellationToken cancellation)
    {
        try
        {
            return await folder.ReadAsync(StateOf(name), cancellation) is { } read
                ? JsonSerializer.Deserialize<CampaignState>(read.Value, DrillJson.Options)
                : null;
        }
        catch (JsonException error)
        {
            throw new IOException($"{folder.Locate(StateOf(name))} is damaged: {error.Message} Remove it, and the campaign is due from then on.", error);
        }
    }

    /// <inheritdoc/>
    public Task WriteStateAsync(string name, CampaignState state, CancellationToken cancellation) =>
        folder.WriteAsync(StateOf(name), JsonSerializer.SerializeToUtf8Bytes(state, DrillJson.Indented), cancellation);

    private static IEnumerable<string> NamesOf(string name) => CampaignReader.IsName(name) ? Endings.Select(ending => name + ending) : [];

    private static string StateOf(string name) => $"state/{name}.json";
}
