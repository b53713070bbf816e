using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.ScriptedUpstream;

/// <summary>A question that is answered as scripted.</summary>
/// <param name="Name">Lower case with the final dot; <c>*.zone.</c> for all below a zone, <c>*</c> for all.</param>
/// <param name="Type">Null for all types.</param>
/// <param name="Reply">What is done.</param>
public sealed record ScriptedRule(string Name, RecordType? Type, ScriptedReply Reply)
{
    public bool IsSpent { get; set; }

    public bool Matches(string name, RecordType type)
    {
        if (IsSpent || (Type is not null && Type != type))
            return false;
        var lower = name.ToLowerInvariant();
        return Name == "*" || Name == lower || (Name.StartsWith("*.", StringComparison.Ordinal) && lower.EndsWith(Name[1..], StringComparison.Ordinal));
    }
}
