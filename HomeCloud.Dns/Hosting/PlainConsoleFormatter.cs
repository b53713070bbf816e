using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace HomeCloud.Dns.Hosting;

/// <summary>
/// A line of the log is one line: level, category, message. The framework's formats add a number to the category, which says
/// nothing. Messages are made plain before: names, labels, engine errors and file names come from elsewhere, and the log is read
/// on terminals, which obey control characters.
/// </summary>
/// <param name="name">Chosen by <see cref="ConsoleLoggerOptions.FormatterName"/>.</param>
/// <param name="journal">The journal adds the time itself, and reads the level as a number from the line's start (sd-daemon(3)).</param>
/// <param name="time">The clock.</param>
internal sealed class PlainConsoleFormatter(string name, bool journal, TimeProvider time) : ConsoleFormatter(name)
{
    private const string End = "\u001b[0m";

    private readonly bool _colours = !journal && !Console.IsOutputRedirected;

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var (word, number, colour) = Level(logEntry.LogLevel);
        if (journal)
            textWriter.Write($"<{number}>");
        else
            textWriter.Write(_colours ? $"{time.GetLocalNow():HH:mm:ss} {colour}{word}{End}: " : $"{time.GetLocalNow():HH:mm:ss} {word}: ");

        textWriter.Write($"{logEntry.Category}: {Plain(logEntry.Formatter(logEntry.State, logEntry.Exception))}");
        if (logEntry.Exception is { } exception)
            textWriter.Write(Trace(exception));

        textWriter.Write(Environment.NewLine);
    }

    /// <summary>It has line ends of its own, which the journal would take for lines; what it quotes is made plain too.</summary>
    private string Trace(Exception exception)
    {
        var text = Plain(exception.ToString(), keepLines: !journal);
        return journal ? " " + text : Environment.NewLine + text;
    }

    private static (string Word, int Number, string Colour) Level(LogLevel level) => level switch
    {
        LogLevel.Trace => ("trce", 7, "\u001b[90m"),
        LogLevel.Debug => ("dbug", 7, "\u001b[90m"),
        LogLevel.Information => ("info", 6, "\u001b[32m"),
        LogLevel.Warning => ("warn", 4, "\u001b[33m"),
        LogLevel.Error => ("fail", 3, "\u001b[31m"),
        _ => ("crit", 2, "\u001b[31m"),
    };

    internal static string Plain(string text, bool keepLines = false) => text.AsSpan().ContainsAnyExceptInRange(' ', '~')
        ? string.Create(text.Length, (text, keepLines), static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                var c = source.text[i];
                span[i] = IsPlain(c) || (source.keepLines && c is '\n' or '\r') ? c : c is '\n' or '\r' or '\t' ? ' ' : '?';
            }
        })
        : text;

    /// <summary>Neither a control character nor one that turns the direction of writing or breaks a line (UAX #9 §2, UAX #14 class BK).</summary>
    private static bool IsPlain(char c) =>
        !char.IsControl(c) && c is not ('\u061c' or '\u200e' or '\u200f' or (>= '\u2028' and <= '\u202e') or (>= '\u2066' and <= '\u2069'));
}
