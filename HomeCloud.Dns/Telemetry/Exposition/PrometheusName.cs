using System.Text;

namespace HomeCloud.Dns.Telemetry.Exposition;

/// <summary>Instrument names as Prometheus names, by the rules of OpenTelemetry's Prometheus compatibility specification: dots become underscores, units are spelled out, counters end in <c>_total</c>.</summary>
internal static class PrometheusName
{
    public static string Of(string instrument, string? unit, MetricKind kind)
    {
        var name = new StringBuilder(instrument.Length + 16);
        foreach (var character in instrument)
        {
            var valid = char.IsAsciiLetterOrDigit(character) || character == ':';
            if (valid)
                name.Append(character);
            else if (name.Length > 0 && name[^1] != '_')
                name.Append('_');
        }

        if (name.Length == 0 || char.IsAsciiDigit(name[0]))
            name.Insert(0, '_');
        AppendSuffix(name, UnitSuffix(unit));
        if (kind == MetricKind.Counter)
            AppendSuffix(name, "_total");
        return name.ToString();
    }

    private static void AppendSuffix(StringBuilder name, string suffix)
    {
        if (suffix.Length > 0 && !name.ToString().EndsWith(suffix, StringComparison.Ordinal))
            name.Append(suffix);
    }

    // Annotations in braces, such as {query}, are not units (UCUM).
    private static string UnitSuffix(string? unit) => unit switch
    {
        null or "" or "1" => "",
        "s" => "_seconds",
        "ms" => "_milliseconds",
        "us" => "_microseconds",
        "By" => "_bytes",
        "%" => "_percent",
        _ when unit[0] == '{' => "",
        _ => "_" + unit,
    };
}
