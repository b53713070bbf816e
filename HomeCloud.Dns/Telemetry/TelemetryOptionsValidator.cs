namespace HomeCloud.Dns.Telemetry;

/// <summary>Says which option is wrong, with its value, and what would be right.</summary>
public static class TelemetryOptionsValidator
{
    private const long LeastBytes = 64 * 1024;
    private const long MostBytes = 16L * 1024 * 1024 * 1024;

    public static IEnumerable<string> Validate(TelemetryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Metrics is { Port: 0 })
            yield return $"--metrics {options.Metrics} has port 0; choose a port (example: {options.Metrics.Address}:9153).";
        if (options.Otlp is { } collector && (!collector.IsAbsoluteUri || collector.Scheme is not ("http" or "https")))
            yield return $"--otlp {collector} is not a valid collector URL (example: http://192.168.1.10:4318).";
        if (options.OtlpInterval < TimeSpan.FromSeconds(1) || options.OtlpInterval > TimeSpan.FromHours(1))
            yield return $"--otlp-interval {options.OtlpInterval.TotalSeconds} is outside 1 to 3600 seconds.";
        if (options.QueryLog is { } path && (path.Length == 0 || Directory.Exists(path)))
            yield return $"--query-log '{path}' is not a file; set a file (example: /var/log/homecloud/queries.log).";
        if (options.QueryLogMaxBytes is < LeastBytes or > MostBytes)
            yield return $"--query-log-max-bytes {options.QueryLogMaxBytes} is outside {LeastBytes} to {MostBytes}.";
        if (options.QueryLogKeep is < 0 or > 100)
            yield return $"--query-log-keep {options.QueryLogKeep} is outside 0 to 100.";
    }
}
