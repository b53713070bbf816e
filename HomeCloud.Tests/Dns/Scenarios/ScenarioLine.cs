namespace HomeCloud.Tests.Dns.Scenarios;

internal sealed record ScenarioLine(int Number, string[] Words)
{
    public List<ScenarioLine> Children { get; } = [];

    public string Verb => Words[0];

    /// <summary>Everything behind the first word.</summary>
    public string Rest => string.Join(' ', Words[1..]);

    public override string ToString() => $"line {Number}: {string.Join(' ', Words)}";
}
