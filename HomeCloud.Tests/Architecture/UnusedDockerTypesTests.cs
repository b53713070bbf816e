using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using Docker.DotNet;
using HomeCloud.Agent.Docker;
using HomeCloud.Tests.Docs;

namespace HomeCloud.Tests.Architecture;

/// <summary>
/// Docker.DotNet knows how to read and write every type of Docker's API, and the native compiler keeps all of it: a sixth of the
/// agent's program and memory. <c>install/unused/Docker.DotNet.xml</c> leaves out what neither the agent names nor what it names contains.
/// </summary>
public sealed class UnusedDockerTypesTests
{
    private const string Models = "Docker.DotNet.Models";
    private static readonly Assembly Library = typeof(DockerClient).Assembly;
    private static readonly Type Context = Library.GetType($"{Models}.DockerModelsJsonSerializerContext")!;

    [Fact]
    public void What_the_native_agent_leaves_out_of_the_library_is_what_it_does_not_use() =>
        File.ReadAllText(Path.Combine(Documents.Root(), "install", "unused", "Docker.DotNet.xml")).Should().Be(Expected());

    [Fact]
    public void What_containers_and_networks_consist_of_is_used() =>
        Used().Select(type => type.Name).Should().Contain(["ContainerInspectResponse", "EndpointSettings", "NetworkResponse", "IPAMConfig", "CreateContainerParameters", "HostConfig", "ContainerStatsResponse", "AuthConfig"])
            .And.NotContain(["SwarmCreateConfigParameters", "PluginPrivilege"]);

    private static string Expected()
    {
        var used = Used();
        var text = new StringBuilder($"""
            <linker>
              <!-- How the types of Docker's API that the agent does not use are read and written. They throw if something asks for them.
                   UnusedDockerTypesTests says what belongs here. -->
              <assembly fullname="{Library.GetName().Name}">

            """);
        text.Append($"    <type fullname=\"{Context.FullName}\">\n");
        foreach (var maker in Makers().Where(maker => Parts(Made(maker)).Any(part => !used.Contains(part))))
            text.Append($"      <method signature=\"{Name(maker.ReturnType)} {maker.Name}(System.Text.Json.JsonSerializerOptions)\" body=\"remove\" />\n");
        return text.Append("    </type>\n  </assembly>\n</linker>\n").ToString();
    }

    private static IEnumerable<MethodInfo> Makers() => Context
        .GetMethods(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        .Where(method => method.Name.StartsWith("Create_", StringComparison.Ordinal) && method.ReturnType.IsGenericType && method.ReturnType.GetGenericTypeDefinition() == typeof(JsonTypeInfo<>))
        .OrderBy(method => method.Name, StringComparer.Ordinal);

    private static Type Made(MethodInfo maker) => maker.ReturnType.GetGenericArguments()[0];

    /// <summary>What the agent's program names, and all that these consist of.</summary>
    private static HashSet<Type> Used()
    {
        var found = new HashSet<Type>();
        var waiting = new Queue<Type>(Named().Select(name => Library.GetType(name)).OfType<Type>());
        while (waiting.TryDequeue(out var type))
        {
            if (!found.Add(type))
                continue;
            foreach (var part in type.GetProperties().SelectMany(property => Parts(property.PropertyType)))
                waiting.Enqueue(part);
            if (type.BaseType is { } parent && parent.Assembly == Library)
                waiting.Enqueue(parent);
        }

        return found;
    }

    /// <summary>The library's types within one: those that a list, a table or an array is of.</summary>
    private static IEnumerable<Type> Parts(Type type) =>
        type.IsArray ? Parts(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts)
        : type.Assembly == Library ? [type]
        : [];

    private static List<string> Named()
    {
        using var file = new PEReader(File.OpenRead(typeof(EngineClient).Assembly.Location));
        var metadata = file.GetMetadataReader();
        return
        [
            .. metadata.TypeReferences.Select(metadata.GetTypeReference)
                .Where(type => metadata.GetString(type.Namespace) == Models)
                .Select(type => $"{Models}.{metadata.GetString(type.Name)}"),
        ];
    }

    /// <summary>As the linker's files write a type.</summary>
    private static string Name(Type type) =>
        type.IsArray ? $"{Name(type.GetElementType()!)}[]"
        : type.IsGenericType ? $"{type.GetGenericTypeDefinition().FullName}&lt;{string.Join(",", type.GetGenericArguments().Select(Name))}&gt;"
        : type.FullName!;
}
