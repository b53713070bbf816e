using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace HomeCloud.Tests.Docs;

/// <summary>Finds what the documents tell a reader to type.</summary>
internal static partial class Documents
{
    public static string Root() => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", ".."));

    /// <summary>In the order in which somebody new reads them.</summary>
    public static IEnumerable<string> Files() =>
    [
        "README.md", "docs/install.md", "netplan-example/README.md",
        .. Directory.EnumerateFiles(Path.Combine(Root(), "docs"), "*.md").Select(path => "docs/" + Path.GetFileName(path)).Where(file => file != "docs/install.md").Order(StringComparer.Ordinal),
    ];

    public static IEnumerable<DocumentedBlock> Blocks() => Files().SelectMany(file => Blocks(file, File.ReadAllLines(Path.Combine(Root(), file))));

    /// <summary>A command that must stand in a document word by word, for tests that do what it says.</summary>
    public static string Command(string file, string text) =>
        Blocks().Where(block => block.File == file).SelectMany(block => block.Commands()).Select(command => command.Text).FirstOrDefault(command => command == text)
        ?? throw new InvalidOperationException($"{file} no longer says: {text}");

    internal static IEnumerable<DocumentedBlock> Blocks(string file, IReadOnlyList<string> lines)
    {
        var isWritten = false;
        for (var i = 0; i < lines.Count; i++)
        {
            var start = i;

            // What a benchmark has written names commands that it measured; nobody types them.
            if (lines[i].StartsWith("<!--", StringComparison.Ordinal))
                isWritten = lines[i].Contains(": written by ", StringComparison.Ordinal);
            if (lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                for (i++; i < lines.Count && !lines[i].StartsWith("```", StringComparison.Ordinal); i++)
                {
                }

                yield return new DocumentedBlock(file, start + 2, [.. lines.Skip(start + 1).Take(i - start - 1)]);
            }
            else if (lines[i].StartsWith("    ", StringComparison.Ordinal) && (i == 0 || lines[i - 1].Length == 0))
            {
                while (i + 1 < lines.Count && (lines[i + 1].Length == 0 || lines[i + 1].StartsWith("    ", StringComparison.Ordinal)))
                    i++;
                yield return new DocumentedBlock(file, start + 1, [.. lines.Skip(start).Take(i - start + 1).Select(line => line.Length > 4 ? line[4..] : "")]);
            }
            else if (lines[i].StartsWith('|') && !isWritten)
            {
                foreach (Match typed in TypedInTable().Matches(lines[i]))
                    yield return new DocumentedBlock(file, i + 1, [typed.Groups[1].Value]);
            }
        }
    }

    private static string Here([CallerFilePath] string here = "") => here;

    /// <summary>Code in a table's cell that begins with a program and goes on; a lone word is a name.</summary>
    [GeneratedRegex(@"`((?:sudo |\./)?(?:dig|nslookup|homecloud|docker|redis-cli|curl|ssh|systemctl|journalctl|ip|netplan) [^`]+)`")]
    private static partial Regex TypedInTable();
}
