using System.Globalization;
using HomeCloud.Cli.Api;
using HomeCloud.Cli.Localization;
using HomeCloud.Net.Localization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace HomeCloud.Cli.Commands.Servers;

/// <summary>
/// The list of servers, one line each, as wide as the terminal: image and ports are cut, then columns go. Name and address are
/// never cut; an address in parentheses is kept for a server that does not run. HomeCloud's own containers stand below, because they are not servers to play with.
/// </summary>
internal static class ServerTable
{
    private const int Gap = 2;
    private const int Shortest = 6;
    private const int Ports = 6;
    private const int Image = 7;
    private static readonly Phrase[] Heads = ["NAME", "STATE", "ADDRESS", "UP", "CPU", "MEMORY", "PORTS", "IMAGE"];

    /// <summary>What a narrow terminal does without, first to last.</summary>
    private static readonly int[] Spare = [Image, Ports, 5, 4, 3];

    public static IRenderable Of(IReadOnlyCollection<ServerInfo> servers, int width) => new Rows(Lines(servers, width).Select(line => new Markup(line)));

    /// <summary>As markup.</summary>
    internal static IEnumerable<string> Lines(IReadOnlyCollection<ServerInfo> servers, int width)
    {
        string[] heads = [.. Heads.Select(Translation.Text)];
        var widths = Fit([.. servers.Select(Cells).Prepend(heads)], width);
        yield return Line(heads, widths, (text, _) => text);
        foreach (var server in servers.Where(server => server.Role is null))
            yield return Line(Cells(server), widths, (text, column) => Coloured(server, text, column));

        var own = servers.Where(server => server.Role is not null).ToList();
        if (own.Count == 0)
            yield break;

        yield return "";
        yield return $"[grey]{Translation.Text("HomeCloud itself")}[/]";
        foreach (var server in own)
            yield return Line(Cells(server), widths, (text, column) => Coloured(server, text, column));
    }

    private static string[] Cells(ServerInfo server) =>
    [
        Show.Plain(server.Name),
        Show.Plain(Show.StateWords(server)),
        Show.Plain(server.Addresses is [var first, ..] ? first : server.KeptAddress is { } kept ? $"({kept})" : "–"),
        Show.Uptime(server),
        server.Usage is { } usage ? string.Create(CultureInfo.InvariantCulture, $"{usage.CpuPercent:0.0} %") : "–",
        server.Usage is { } memory ? Show.Bytes(memory.MemoryBytes) : "–",
        Show.Plain(string.Join(' ', server.Ports.Select(port => port.Port))),
        Show.Plain(server.Image),
    ];

    /// <summary>0: the column is left out.</summary>
    private static int[] Fit(IReadOnlyList<string[]> rows, int width)
    {
        int[] widths = [.. Heads.Select((_, column) => rows.Max(row => CellText.Width(row[column])))];
        foreach (var column in new[] { Image, Ports })
            widths[column] -= Math.Clamp(Needed(widths) - width, 0, Math.Max(0, widths[column] - Shortest));

        foreach (var column in Spare)
        {
            if (Needed(widths) > width)
                widths[column] = 0;
        }

        return widths;
    }

    private static int Needed(int[] widths) => widths.Where(width => width > 0).Sum(width => width + Gap) - Gap;

    private static string Line(string[] cells, int[] widths, Func<string, int, string> colour)
    {
        var shown = Enumerable.Range(0, cells.Length).Where(column => widths[column] > 0).ToList();
        return string.Concat(shown.Select(column =>
        {
            var text = CellText.Cut(cells[column], widths[column]);
            var rest = column == shown[^1] ? "" : new string(' ', widths[column] - CellText.Width(text) + Gap);
            return colour(Markup.Escape(text), column) + rest;
        }));
    }

    private static string Coloured(ServerInfo server, string text, int column) => column switch
    {
        0 => $"[bold]{text}[/]",
        1 => $"[{Show.StateColour(server)}]{text}[/]",
        _ => text,
    };
}
