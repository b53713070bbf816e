using HomeCloud.Dns.Telemetry.Logging;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HomeCloud.Tests.Dns.Telemetry;

public sealed class RuntimeLogLevelsTests
{
    [Fact]
    public void A_level_holds_from_the_moment_it_is_set_and_can_be_given_back()
    {
        using var levels = new RuntimeLogLevels();
        using var provider = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(new AlwaysOn()).SetMinimumLevel(LogLevel.Information))
            .AddSingleton<IConfigureOptions<LoggerFilterOptions>>(levels)
            .AddSingleton<IOptionsChangeTokenSource<LoggerFilterOptions>>(levels)
            .BuildServiceProvider();
        var logger = provider.GetRequiredService<ILoggerFactory>().CreateLogger("HomeCloud.Dns.Forwarding.Upstreams.Upstream");
        logger.IsEnabled(LogLevel.Debug).Should().BeFalse();

        levels.Set("HomeCloud.Dns.Forwarding", LogLevel.Debug);
        logger.IsEnabled(LogLevel.Debug).Should().BeTrue();

        levels.Set("HomeCloud.Dns.Forwarding", null);
        logger.IsEnabled(LogLevel.Debug).Should().BeFalse();

        levels.Set(RuntimeLogLevels.Default, LogLevel.Error);
        logger.IsEnabled(LogLevel.Warning).Should().BeFalse();
    }

    private sealed class AlwaysOn : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
        }

        public void Dispose()
        {
        }
    }
}
