using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace HomeCloud.Dns.Hosting;

/// <summary>
/// One of the framework's console formats, with messages made plain before: names, labels, engine errors and file names come from
/// elsewhere, and the log is read on terminals, which obey control characters. A line of the log is one line.
/// </summary>
/// <param name="name">Chosen by <see cref="ConsoleLoggerOptions.FormatterName"/>.</param>
/// <param name="format">The framework's name of the format.</param>
/// <param name="services">Holds the framework's formatters; asked when the first line comes, because this is one of them.</param>
internal sealed class PlainConsoleFormatter(string name, string format, IServiceProvider services) : ConsoleFormatter(name)
{
    private readonly Lazy<ConsoleFormatter> _inner = new(() => services.GetServices<ConsoleFormatter>().First(formatter => formatter.Name == format));

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = Plain(logEntry.Formatter(logEntry.State, logEntry.Exception));
        // A trace has line ends of its own, which the formats keep or fold as they like; what it quotes is made plain too.
        var trace = logEntry.Exception is { } exception ? Plain(exception.ToString(), keepLines: true) : null;
        var text = trace is null ? message : $"{message}{Environment.NewLine}{trace}";
        _inner.Value.Write(
            new LogEntry<string>(logEntry.LogLevel, logEntry.Category, logEntry.EventId, text, exception: null, static (state, _) => state), scopeProvider, textWriter);
    }

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
