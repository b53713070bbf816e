namespace HomeCloud.Tests.Docs;

/// <summary>A block of code in a document, or one command in a cell of a table.</summary>
/// <param name="File">Path from the top of the repository.</param>
/// <param name="Line">Of the first line, from 1.</param>
/// <param name="Lines">As written.</param>
public sealed record DocumentedBlock(string File, int Line, IReadOnlyList<string> Lines)
{
    public string Where => $"{File}:{Line}";

    /// <summary>What a reader types: without the prompt of a transcript, without comments and columns that explain.</summary>
    public IEnumerable<DocumentedCommand> Commands()
    {
        // In a transcript only what follows a prompt is typed; the rest is what came back.
        var transcript = Lines.Any(line => line.StartsWith("$ ", StringComparison.Ordinal));
        for (var i = 0; i < Lines.Count; i++)
        {
            if (transcript && !Lines[i].StartsWith("$ ", StringComparison.Ordinal))
                continue;
            var text = transcript ? Lines[i][2..] : Lines[i];
            var end = new[] { "   ", "  #" }.Select(mark => text.IndexOf(mark, StringComparison.Ordinal)).Where(at => at > 0).DefaultIfEmpty(text.Length).Min();
            text = text[..end].Trim();
            if (text.Length > 0)
                yield return new DocumentedCommand(File, Line + i, text);
        }
    }
}
