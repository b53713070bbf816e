using System.Text.Json;
using System.Text.Json.Serialization;

namespace HomeCloud.Agent.NetworkSetup;

/// <summary>What <c>network create</c> came to, for scripts.</summary>
/// <param name="Proposal">What was proposed.</param>
/// <param name="Existed">Docker had a network of that name, which stays as it is.</param>
/// <param name="Made">The network was made now.</param>
/// <param name="EnvironmentFile">The settings were written here.</param>
public sealed partial record NetworkOutcome(NetworkProposal Proposal, bool Existed, bool Made, string? EnvironmentFile)
{
    public string ToJson() => JsonSerializer.Serialize(
        new Document(
            Proposal.Name,
            Existed,
            Made,
            Proposal.Parent,
            $"{Proposal.Subnet}",
            $"{Proposal.Gateway}",
            $"{Proposal.Range}",
            $"{Proposal.Dns}",
            $"{Proposal.Web}",
            Proposal.Spare?.ToString(),
            Proposal.Reasons,
            EnvironmentFile),
        NetworkOutcomeJson.Default.Document);

    private sealed record Document(
        string Name,
        bool Existed,
        bool Made,
        string Parent,
        string Subnet,
        string Gateway,
        string Range,
        string Dns,
        string Web,
        string? Spare,
        IReadOnlyList<string> Reasons,
        string? EnvironmentFile);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Document))]
    private sealed partial class NetworkOutcomeJson : JsonSerializerContext;
}
