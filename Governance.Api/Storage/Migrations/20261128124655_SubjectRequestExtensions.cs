using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Governance.Api.Storage.Migrations
{
    /// <inheritdoc />
    public partial class SubjectRequestExtensions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "ExtendedAt",
                table: "subject_requests",
                type: "INTEGER",
                nullable: true
            );

            migrationBuilder.AddColumn<string>(
                name: "ExtensionReason",
                table: "subject_requests",
                type: "TEXT",
                nullable: true
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(name: "ExtendedAt", table: "subject_requests");

            migrationBuilder.DropColumn(name: "ExtensionReason", table: "subject_requests");
        }
    }
}
