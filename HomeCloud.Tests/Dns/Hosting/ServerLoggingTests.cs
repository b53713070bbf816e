using HomeCloud.Dns.Hosting;
using HomeCloud.Dns.Hosting.Options;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace HomeCloud.Tests.Dns.Hosting;

/// <summary>The log is read on terminals: what a container or a label says is neither obeyed there nor taken for a line of ours.</summary>
public sealed class ServerLoggingTests
{
    private const string Evil = "box\u001b]0;owned\a\u202etxt\r\n12:00:00 crit: all names are gone\u2028\u009b2J";

    [Fact]
    public void A_message_stays_on_its_line_and_has_no_control_characters()
    {
        var written = Write(new LogEntry<string>(LogLevel.Warning, "HomeCloud.Agent", 0, $"The container {Evil} has no name", null, (state, _) => state));
        written.TrimEnd('\r', '\n').Should().NotContainAny("\u001b]", "\a", "\u202e", "\n", "\u2028", "\u009b").And.Contain("The container box?]0;owned");
    }

    [Fact]
    public void An_exception_is_plain_too() =>
        Write(new LogEntry<string>(LogLevel.Error, "HomeCloud.Agent", 0, "Failed", new InvalidOperationException(Evil), (state, _) => state))
            .Should().Contain("InvalidOperationException").And.NotContainAny("\u001b]", "\a", "\u202e", "\u2028");

    [Fact]
    public void Ordinary_text_is_as_it_was() =>
        Write(new LogEntry<string>(LogLevel.Information, "HomeCloud.Agent", 0, "The name büro.home is 192.168.1.7", null, (state, _) => state)).Should().Contain("The name büro.home is 192.168.1.7");

    private static string Write(LogEntry<string> entry)
    {
        using var services = new ServiceCollection().AddLogging(logging => logging.AddServerConsole(new DnsServerOptions())).BuildServiceProvider();
        var name = services.GetRequiredService<Microsoft.Extensions.Options.IOptions<ConsoleLoggerOptions>>().Value.FormatterName;
        using var writer = new StringWriter();
        services.GetServices<ConsoleFormatter>().Single(formatter => formatter.Name == name).Write(entry, null, writer);
        return writer.ToString();
    }
}
