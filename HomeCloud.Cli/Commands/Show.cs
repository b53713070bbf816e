using System.CommandLine;
using System.Globalization;
using HomeCloud.Cli.Api;
using HomeCloud.Cli.Localization;
using HomeCloud.Commands;
using HomeCloud.Net.Localization;
using Spectre.Console;

namespace HomeCloud.Cli.Commands;

/// <summary>How things look on a terminal. Whatever came from outside is escaped; control characters are taken out.</summary>
internal static class Show
{
    /// <summary>Where a command's words go: beside its result when that is JSON, so that the result can be piped on.</summary>
    public static TextWriter Words(ParseResult parse) => parse.GetValue(ConnectionOptions.Json) ? Console.Error : Console.Out;

    public static void Json<T>(T value) => Console.Out.WriteLine(CliJson.Text(value));

    /// <summary>For commands that take several names: one object a line.</summary>
    public static void JsonLine<T>(T value) => Console.Out.WriteLine(CliJson.Line(value));

    /// <summary>Two lines on standard error; with <c>--json</c> a document on standard output, as every answer is.</summary>
    public static void Error(CommandError error, bool json)
    {
        if (json)
            Console.Out.WriteLine(error.ToJson());
        else
            Console.Error.WriteLine(PlainLines(error.ToText("homecloud", Translation.Texts)));
    }

    /// <param name="markup">What fills its holes is <see cref="Safe"/>.</param>
    public static void Line(Phrase markup) => AnsiConsole.MarkupLine(Translation.Text(markup));

    public static string Safe(string? text) => Markup.Escape(Plain(text));

    /// <summary>A terminal obeys escape sequences: none may come from a server's name or log.</summary>
    public static string Plain(string? text) => string.Concat((text ?? "").Where(IsPlain));

    /// <summary>Several lines, each plain: a message may end in what a container wrote.</summary>
    public static string PlainLines(string text) => string.Concat(text.ReplaceLineEndings("\n").Where(c => c == '\n' || IsPlain(c)));

    /// <summary>Neither a control character nor one that turns the direction of writing or breaks a line (UAX #9, UAX #14).</summary>
    private static bool IsPlain(char c) => c == '\t'
        || !(char.IsControl(c) || c is '\u061c' or '\u200e' or '\u200f' or (>= '\u2028' and <= '\u202e') or (>= '\u2066' and <= '\u2069'));

    public static string State(ServerInfo server) => $"[{StateColour(server)}]{Safe(StateWords(server))}[/]";

    public static string StateText(ServerInfo server) => server is { State: "running", Health: "unhealthy" or "starting" } ? server.Health : server.State;

    /// <summary>The same in the reader's language.</summary>
    public static string StateWords(ServerInfo server) => Translation.Text(StateText(server) switch
    {
        "running" => "running",
        "stopped" => "stopped",
        "asleep" => "asleep",
        "unhealthy" => "unhealthy",
        "starting" => "starting",
        "restarting" => "restarting",
        "paused" => "paused",
        "created" => "created",
        "removing" => "removing",
        var other => other,
    });

    public static string StateColour(ServerInfo server) => StateText(server) switch { "running" => "green", "stopped" => "grey", "asleep" => "blue", "unhealthy" => "red", _ => "yellow" };

    public static string Uptime(ServerInfo server) => server.StartedAt is { } at ? Duration(DateTimeOffset.UtcNow - at) : "–";

    public static string Duration(TimeSpan time) => Translation.Text(time switch
    {
        { TotalSeconds: < 60 } => (Phrase)$"{Math.Max(0, (int)time.TotalSeconds)} s",
        { TotalMinutes: < 60 } => $"{(int)time.TotalMinutes} min",
        { TotalHours: < 48 } => $"{(int)time.TotalHours} h",
        _ => $"{(int)time.TotalDays} d",
    });

    public static string Bytes(long bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var power = bytes <= 0 ? 0 : Math.Min(units.Length - 1, (int)(Math.Log2(bytes) / 10));
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / Math.Pow(2, 10 * power):0.#} {units[power]}");
    }
}
