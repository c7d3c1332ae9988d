using System.Globalization;
using DurableDrill.Targets;

namespace DurableDrill.Adapters.Docker;

/// <summary>
/// The hold of a target: an empty volume of a fixed name, whose labels say who has it and until when. Making a volume that is there already returns that
/// one, labels and all, so of two that ask at once one wins, on whatever machines they are.
/// </summary>
internal sealed class VolumeHold(DockerEngine engine, string target, TimeProvider time)
{
    private const int Tries = 5;
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(200);
    private readonly string name = $"durabledrill-hold-{target}";

    /// <summary>Who holds it now; null: nobody, or one whose time is up.</summary>
    public async Task<Hold?> ReadAsync(CancellationToken cancellation) =>
        await engine.FindAsync<Volume>($"volumes/{name}", cancellation) is { } volume && Parse(volume) is { } hold && hold.Until > time.GetUtcNow() ? hold : null;

    /// <summary>Takes it, or extends (never shortens) the caller's own hold; returns who holds it then.</summary>
    public async Task<Hold> TakeAsync(Hold wanted, CancellationToken cancellation)
    {
        for (var tries = 0; ; tries++)
        {
            var found = await MakeAsync(wanted, cancellation);
            if (found == wanted || tries == Tries || (found is not null && found.Owner != wanted.Owner && found.Until > time.GetUtcNow()))
            {
                return found ?? wanted;
            }

            // Its own, to be extended, or one whose time is up. Labels cannot be changed, so it is made anew. Two that take over at the same time could
            // each remove the other's, and an engine under load has been seen to answer with the old labels: so all look once more a little later.
            await engine.DeleteAsync($"volumes/{name}", cancellation);
            await MakeAsync(wanted, cancellation);
            await Task.Delay(Settling, time, cancellation);
        }
    }

    /// <summary>Lets it go, if this owner has it.</summary>
    public async Task ReleaseAsync(string owner, CancellationToken cancellation)
    {
        if (await engine.FindAsync<Volume>($"volumes/{name}", cancellation) is { } volume && Parse(volume)?.Owner == owner)
        {
            await engine.DeleteAsync($"volumes/{name}", cancellation);
        }
    }

    private async Task<Hold?> MakeAsync(Hold wanted, CancellationToken cancellation) => Parse(await engine.PostAsync<Volume>("volumes/create", new
    {
        Name = name,
        Labels = new Dictionary<string, string>
        {
            [DockerLabels.Hold] = target,
            [DockerLabels.Owner] = wanted.Owner,
            [DockerLabels.Host] = wanted.Host,
            [DockerLabels.Until] = wanted.Until.ToString("O", CultureInfo.InvariantCulture),
        },
    }, cancellation));

    private static Hold? Parse(Volume volume) =>
        volume.Labels is { } labels
        && labels.TryGetValue(DockerLabels.Owner, out var owner)
        && labels.TryGetValue(DockerLabels.Until, out var text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var until)
            ? new(owner, labels.GetValueOrDefault(DockerLabels.Host, ""), until)
            : null;
}
