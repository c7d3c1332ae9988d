using System.Text.RegularExpressions;

namespace DurableDrill.Local.Runtime;

/// <summary>
/// The folder of all instances: <c>ID/history.jsonl</c>, <c>ID/inbox/*.json</c> and, for the top of a tree, <c>ID/lock</c>.
/// Any process may read it; only the holder of the lock writes histories.
/// </summary>
/// <param name="root">The folder; it need not exist.</param>
internal sealed partial class InstanceFolder(string root)
{
    public string HistoryOf(string id) => Path.Combine(root, Check(id), "history.jsonl");

    public string InboxOf(string id) => Path.Combine(root, Check(id), "inbox");

    public string LockOf(string id) => Path.Combine(root, Check(id), "lock");

    public bool Has(string id) => File.Exists(HistoryOf(id));

    /// <summary>The instance's status from its history; null when there is none.</summary>
    public InstanceStatus? Status(string id)
    {
        try
        {
            return Has(id) ? InstanceStatus.Of(id, HistoryFile.Read(HistoryOf(id)).Events) : null;
        }
        catch (HistoryException error)
        {
            return InstanceStatus.Unreadable(id, error);
        }
    }

    /// <summary>All instances, ended ones too, oldest first.</summary>
    public IReadOnlyList<InstanceStatus> List() =>
        [.. Ids().Select(Status).OfType<InstanceStatus>().OrderBy(each => each.CreatedAt).ThenBy(each => each.Id, StringComparer.Ordinal)];

    /// <summary>The ids of all instances, in no order; one that is just being made may be among them.</summary>
    public IReadOnlyList<string> Ids() => !Directory.Exists(root)
        ? []
        : [.. Directory.EnumerateDirectories(root).Select(path => Path.GetFileName(path)!).Where(IsId)];

    /// <summary>Whether a text can be the id of an instance: it names a folder.</summary>
    public static bool IsId(string id) => Id().IsMatch(id);

    /// <summary>Gives the id back when it is one.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static string Check(string id) => IsId(id)
        ? id
        : throw new ArgumentException($"'{id}' is no instance id: 1 to 120 letters, digits, '.', '_' or '-' are allowed, the first a letter or a digit.", nameof(id));

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$")]
    private static partial Regex Id();
}
