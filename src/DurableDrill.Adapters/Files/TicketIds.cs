namespace DurableDrill.Adapters.Files;

/// <summary>The ids of tickets, which are names of files and blobs too.</summary>
internal static class TicketIds
{
    /// <summary>The id as it is.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static string Check(string ticketId) => ticketId.Length > 0 && ticketId[0] != '.'
        && ticketId.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.')
            ? ticketId
            : throw new ArgumentException($"'{ticketId}' is no ticket id: letters, digits, '-', '_' and '.' are allowed.", nameof(ticketId));
}
