namespace HomeCloud.Tests.Lab.Doctor;

[CollectionDefinition(Name)]
public sealed class DoctorHomeCollection : ICollectionFixture<DoctorHome>
{
    public const string Name = "the lab with a doctor";
}
