namespace DurableDrill.Campaigns;

/// <summary>Keeps campaigns: their definitions as people wrote them, and what has become of each.</summary>
public interface ICampaignStore
{
    /// <summary>The names of all definitions, in order.</summary>
    Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellation);

    /// <summary>A definition; null when there is none of this name, whatever the name looks like.</summary>
    Task<CampaignText?> ReadAsync(string name, CancellationToken cancellation);

    /// <summary>Writes or replaces a definition, whole or not at all.</summary>
    Task WriteAsync(string name, CampaignText definition, CancellationToken cancellation);

    /// <summary>Removes a definition and what is known of its runs; false when there is none.</summary>
    Task<bool> DeleteAsync(string name, CancellationToken cancellation);

    /// <summary>What has become of a campaign so far; null: nothing yet.</summary>
    Task<CampaignState?> ReadStateAsync(string name, CancellationToken cancellation);

    /// <summary>Writes or replaces that.</summary>
    Task WriteStateAsync(string name, CampaignState state, CancellationToken cancellation);
}

/// <summary>A definition as it was written.</summary>
/// <param name="Source">NAME.json or NAME.yaml: the ending says which it is.</param>
/// <param name="Text">The text.</param>
public sealed record CampaignText(string Source, string Text);
