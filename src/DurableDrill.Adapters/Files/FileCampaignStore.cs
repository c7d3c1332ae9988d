using System.Text.Json;
using DurableDrill.Campaigns;

namespace DurableDrill.Adapters.Files;

/// <summary>Campaigns as files: <c>ROOT/NAME.yaml</c> (or .yml, .json), written by the API or by hand; what became of them is <c>ROOT/state/NAME.json</c>.</summary>
/// <param name="root">The folder of all campaigns; it need not exist.</param>
public sealed class FileCampaignStore(string root) : ICampaignStore
{
    private static readonly string[] Endings = [".yaml", ".yml", ".json"];

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<string>>(!Directory.Exists(root)
        ? []
        : [.. Directory.EnumerateFiles(root)
            .Where(path => Endings.Contains(Path.GetExtension(path)))
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Where(CampaignReader.IsName)
            .Distinct()
            .Order(StringComparer.Ordinal)]);

    /// <inheritdoc/>
    /// <exception cref="IOException">There are two files of this name; or it cannot be read.</exception>
    public async Task<CampaignText?> ReadAsync(string name, CancellationToken cancellation)
    {
        var files = FilesOf(name);
        return files.Count switch
        {
            0 => null,
            1 => new(Path.GetFileName(files[0]), await File.ReadAllTextAsync(files[0], cancellation)),
            _ => throw new IOException($"{string.Join(" and ", files)} define the same campaign; remove one"),
        };
    }

    /// <inheritdoc/>
    public async Task WriteAsync(string name, CampaignText definition, CancellationToken cancellation)
    {
        var path = Path.Combine(root, name + Path.GetExtension(definition.Source));
        await AtomicFile.WriteAsync(path, definition.Text, cancellation);
        foreach (var other in FilesOf(name).Where(file => file != path))
        {
            AtomicFile.Delete(other);
        }
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string name, CancellationToken cancellation)
    {
        var files = FilesOf(name);
        foreach (var file in files)
        {
            AtomicFile.Delete(file);
        }

        if (CampaignReader.IsName(name))
        {
            AtomicFile.Delete(StateOf(name));
        }

        return Task.FromResult(files.Count > 0);
    }

    /// <inheritdoc/>
    public async Task<CampaignState?> ReadStateAsync(string name, CancellationToken cancellation)
    {
        try
        {
            return JsonSerializer.Deserialize<CampaignState>(await File.ReadAllTextAsync(StateOf(name), cancellation), DrillJson.Options);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (JsonException error)
        {
            throw new IOException($"{StateOf(name)} is damaged: {error.Message} Remove it, and the campaign is due from then on.", error);
        }
    }

    /// <inheritdoc/>
    public Task WriteStateAsync(string name, CampaignState state, CancellationToken cancellation) =>
        AtomicFile.WriteAsync(StateOf(name), JsonSerializer.Serialize(state, DrillJson.Indented) + "\n", cancellation);

    private IReadOnlyList<string> FilesOf(string name) => CampaignReader.IsName(name)
        ? [.. Endings.Select(ending => Path.Combine(root, name + ending)).Where(File.Exists)]
        : [];

    private string StateOf(string name) => Path.Combine(root, "state", name + ".json");
}
