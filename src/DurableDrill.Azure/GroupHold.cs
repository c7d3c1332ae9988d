using System.Globalization;
using DurableDrill.Targets;

namespace DurableDrill.Azure;

/// <summary>
/// Holds on container groups, as a tag with owner, host and expiry. Tags know no conditional writes, so whoever finds a group free writes its hold
/// and looks again after a while: the last of several writers has it. One whose own writing took longer than that while starts over.
/// </summary>
internal sealed class GroupHold(ContainerGroups groups, TimeProvider time)
{
    /// <summary>The tag.</summary>
    public const string Tag = "durabledrill-hold";

    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(3);

    /// <summary>Takes every group, or none; returns the holder.</summary>
    public async Task<Hold> TakeAsync(IReadOnlyList<string> names, Hold wanted, CancellationToken cancellation)
    {
        foreach (var name in names)
        {
            var holder = await TakeAsync(name, wanted, cancellation);
            if (holder.Owner != wanted.Owner)
            {
                await ReleaseAsync(names.TakeWhile(each => each != name), wanted.Owner, cancellation);
                return holder;
            }
        }

        return wanted;
    }

    /// <summary>Lets groups go; another owner's hold stays.</summary>
    public async Task ReleaseAsync(IEnumerable<string> names, string owner, CancellationToken cancellation)
    {
        foreach (var name in names)
        {
            if ((await ReadAsync(name, cancellation))?.Owner == owner)
            {
                await groups.TagAsync(name, Tag, null, cancellation);
            }
        }
    }

    private async Task<Hold> TakeAsync(string name, Hold wanted, CancellationToken cancellation)
    {
        while (true)
        {
            var began = time.GetTimestamp();
            var found = await ReadAsync(name, cancellation);
            if (found is not null && found.Owner != wanted.Owner && found.Until > time.GetUtcNow())
            {
                return found;
            }

            if (found is not null && found.Owner == wanted.Owner && found.Until >= wanted.Until)
            {
                return found;
            }

            await groups.TagAsync(name, Tag, Write(wanted), cancellation);
            if (time.GetElapsedTime(began) < Settled)
            {
                await Task.Delay(Settled, time, cancellation);
                return await ReadAsync(name, cancellation)
                    ?? throw new TargetException($"the container group {name} lost the tag {Tag}, or is gone, while it was being taken");
            }
        }
    }

    private async Task<Hold?> ReadAsync(string name, CancellationToken cancellation) =>
        await groups.FindAsync(name, cancellation) is { } group && group.Tags.TryGetValue(Tag, out var text) ? Read(text) : null;

    /// <summary>A tag's value may have 256 characters.</summary>
    private static string Write(Hold hold) => string.Create(CultureInfo.InvariantCulture, $"{hold.Owner}|{hold.Host}|{hold.Until.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}");

    private static Hold Read(string text) => text.Split('|') is [var owner, var host, var until]
        && DateTimeOffset.TryParse(until, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? new(owner, host, instant)
            : throw new TargetException($"the tag {Tag} holds \"{text}\", which this program did not write: remove it by hand");
}
