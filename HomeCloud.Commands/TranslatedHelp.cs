using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text;
using System.Text.RegularExpressions;
using HomeCloud.Net.Localization;

namespace HomeCloud.Commands;

/// <summary>
/// The help of System.CommandLine in another language. The library has no texts to replace and counts characters, not cells: its
/// English help, with each row on one line, is read, translated and set again. Pure.
/// </summary>
public static partial class TranslatedHelp
{
    private const int Gap = 2;

    /// <param name="english">As the library writes it for a terminal that is wide enough.</param>
    /// <param name="texts">The language.</param>
    /// <param name="width">Of the terminal.</param>
    public static string Of(string english, Catalogue texts, int width)
    {
        var help = new StringBuilder();
        var rows = new List<(string Label, string Text)>();
        foreach (var line in english.ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.StartsWith("  ", StringComparison.Ordinal))
            {
                rows.Add(Row(line.Trim(), texts));
                continue;
            }

            Write(help, rows, width);
            rows.Clear();
            help.Append(line.EndsWith(':') ? $"{texts.Find(line[..^1])}:" : line).Append('\n');
        }

        Write(help, rows, width);
        return help.ToString().TrimEnd('\n') + "\n\n";
    }

    private static (string Label, string Text) Row(string line, Catalogue texts)
    {
        if (texts.Texts.TryGetValue(line, out var whole))
            return ("", whole);
        if (Columns().Match(line) is not { Success: true } columns)
            return (line.Replace("[options]", texts.Find("[options]"), StringComparison.Ordinal).Replace("[command]", texts.Find("[command]"), StringComparison.Ordinal), "");

        var text = columns.Groups[2].Value;
        var value = Default().Match(text);
        var described = texts.Find(value.Success ? text[..value.Index] : text);
        return (columns.Groups[1].Value, value.Success ? $"{described} [{texts.Find("default")}: {value.Groups[1].Value}]" : described);
    }

    private static void Write(StringBuilder help, List<(string Label, string Text)> rows, int width)
    {
        // A long list of choices leaves no room beside it: its text stands below.
        var labels = rows.Where(row => row.Text.Length > 0).Select(row => CellText.Width(row.Label)).Where(label => label <= width / 2).DefaultIfEmpty().Max();
        var indent = labels == 0 ? Gap : Gap + labels + Gap;
        foreach (var (label, text) in rows)
        {
            if (text.Length == 0)
            {
                help.Append(' ', Gap).Append(label).Append('\n');
                continue;
            }

            var first = label;
            if (CellText.Width(label) > labels)
            {
                help.Append(' ', Gap).Append(label).Append('\n');
                first = "";
            }

            foreach (var line in CellText.Wrap(text, Math.Max(20, width - indent)))
            {
                help.Append(' ', Gap).Append(CellText.Pad(first, indent - Gap)).Append(line).Append('\n');
                first = "";
            }
        }
    }

    [GeneratedRegex(@"^(\S.*?)\s{2,}(\S.*)\z")]
    private static partial Regex Columns();

    [GeneratedRegex(@"\s*\[default: ([^\]]*)\]\z")]
    private static partial Regex Default();
}

/// <summary>Shows it.</summary>
/// <param name="english">The library's own.</param>
/// <param name="texts">The language.</param>
public sealed class TranslatedHelpAction(HelpAction english, Catalogue texts) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        ArgumentNullException.ThrowIfNull(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        using var written = new StringWriter();
        parseResult.InvocationConfiguration.Output = written;
        english.MaxWidth = int.MaxValue;
        var code = english.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output = output;
        output.Write(TranslatedHelp.Of(written.ToString(), texts, Console.IsOutputRedirected ? int.MaxValue : Console.WindowWidth));
        return code;
    }
}
