using System.Text.Json;

namespace HomeCloud.Agent.NetworkSetup;

/// <summary>What <c>network create</c> came to, for scripts.</summary>
/// <param name="Proposal">What was proposed.</param>
/// <param name="Existed">Docker had a network of that name, which stays as it is.</param>
/// <param name="Made">The network was made now.</param>
/// <param name="EnvironmentFile">The settings were written here.</param>
public sealed record NetworkOutcome(NetworkProposal Proposal, bool Existed, bool Made, string? EnvironmentFile)
{
    public string ToJson() => JsonSerializer.Serialize(
        new
        {
            Proposal.Name,
            Existed,
            Made,
            Proposal.Parent,
            Subnet = Proposal.Subnet.ToString(),
            Gateway = Proposal.Gateway.ToString(),
            Range = Proposal.Range.ToString(),
            Dns = Proposal.Dns.ToString(),
            Web = Proposal.Web.ToString(),
            Spare = Proposal.Spare?.ToString(),
            Proposal.Reasons,
            EnvironmentFile,
        },
        JsonSerializerOptions.Web);
}
