using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace HomeCloud.Dns.Telemetry.Logging;

/// <summary>Log levels that hold from now until changed again or the process ends; they stand above the configured ones.</summary>
public sealed class RuntimeLogLevels : IConfigureOptions<LoggerFilterOptions>, IOptionsChangeTokenSource<LoggerFilterOptions>, IDisposable
{
    /// <summary>Stands for all categories that have no level of their own.</summary>
    public const string Default = "Default";

    private readonly ConcurrentDictionary<string, LogLevel> _levels = new(StringComparer.OrdinalIgnoreCase);
    private CancellationTokenSource _changed = new();

    public string Name => Options.DefaultName;

    /// <summary>What was set at run time, by category.</summary>
    public IReadOnlyDictionary<string, LogLevel> Current => new SortedDictionary<string, LogLevel>(_levels, StringComparer.OrdinalIgnoreCase);

    /// <param name="category">A category or the beginning of one, for instance <c>HomeCloud.Dns.Forwarding</c>, or <see cref="Default"/>.</param>
    /// <param name="level">Null gives the category back to the configuration.</param>
    public void Set(string category, LogLevel? level)
    {
        if (level is { } value)
            _levels[category] = value;
        else
            _levels.TryRemove(category, out _);
        Changed();
    }

    /// <summary>All levels at once; those of categories that are not named are forgotten.</summary>
    public void Replace(LogLevel level, IEnumerable<KeyValuePair<string, LogLevel>> categories)
    {
        ArgumentNullException.ThrowIfNull(categories);
        _levels.Clear();
        _levels[Default] = level;
        foreach (var (category, own) in categories)
            _levels[category] = own;
        Changed();
    }

    private void Changed()
    {
        using var before = Interlocked.Exchange(ref _changed, new CancellationTokenSource());
        before.Cancel();
    }

    public void Configure(LoggerFilterOptions options)
    {
        foreach (var (category, level) in _levels)
        {
            // Only the last rule for one category counts.
            var name = category == Default ? null : category;
            options.Rules.Add(new LoggerFilterRule(providerName: null, name, level, filter: null));
            if (name is null)
                options.MinLevel = level;
        }
    }

    public void Dispose() => _changed.Dispose();

    public IChangeToken GetChangeToken() => new CancellationChangeToken(_changed.Token);
}
