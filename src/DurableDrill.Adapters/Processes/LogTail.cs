namespace DurableDrill.Adapters.Processes;

/// <summary>The end of a component's log, for messages.</summary>
public static class LogTail
{
    private const int Lines = 15;

    /// <summary>The last lines, under the log's name; says so when there are none.</summary>
    public static string Of(string path)
    {
        try
        {
            var lines = File.ReadLines(path).TakeLast(Lines).ToList();
            return lines.Count == 0 ? $"{path} is empty." : $"The end of {path}:\n  {string.Join("\n  ", lines)}";
        }
        catch (IOException error)
        {
            return $"{path} cannot be read: {error.Message}";
        }
    }
}
