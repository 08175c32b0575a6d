// Generated.

use atlas_client::Client;
use crate::builder;

/// The operations.
impl Client {
    /// Start a push live migration ([`POST /api/atlas/v2/groups/{groupId}/liveMigrations`](builder::CreateGroupLiveMigration))
    pub fn create_group_live_migration(&self) -> builder::CreateGroupLiveMigration<'_> {
        builder::CreateGroupLiveMigration::new(self)
    }

    /// Make a link token ([`POST /api/atlas/v2/orgs/{orgId}/liveMigrations/linkTokens`](builder::CreateOrgLiveMigrationLinkToken))
    pub fn create_org_live_migration_link_token(
        &self,
    ) -> builder::CreateOrgLiveMigrationLinkToken<'_> {
        builder::CreateOrgLiveMigrationLinkToken::new(self)
    }

    /// Unlink an organization ([`DELETE /api/atlas/v2/orgs/{orgId}/liveMigrations/linkTokens`](builder::DeleteOrgLiveMigrationLinkTokens))
    pub fn delete_org_live_migration_link_tokens(
        &self,
    ) -> builder::DeleteOrgLiveMigrationLinkTokens<'_> {
        builder::DeleteOrgLiveMigrationLinkTokens::new(self)
    }

    /// Cut a migration over to Atlas ([`PUT /api/atlas/v2/groups/{groupId}/liveMigrations/{liveMigrationId}/cutover`](builder::CutoverGroupLiveMigration))
    pub fn cutover_group_live_migration(
        &self,
    ) -> builder::CutoverGroupLiveMigration<'_> {
        builder::CutoverGroupLiveMigration::new(self)
    }

    /// Read the state of a migration ([`GET /api/atlas/v2/groups/{groupId}/liveMigrations/{liveMigrationId}`](builder::GetGroupLiveMigration))
    pub fn get_group_live_migration(&self) -> builder::GetGroupLiveMigration<'_> {
        builder::GetGroupLiveMigration::new(self)
    }

    /// Read the outcome of a check ([`GET /api/atlas/v2/groups/{groupId}/liveMigrations/validate/{validationId}`](builder::GetGroupLiveMigrationValidateStatus))
    pub fn get_group_live_migration_validate_status(
        &self,
    ) -> builder::GetGroupLiveMigrationValidateStatus<'_> {
        builder::GetGroupLiveMigrationValidateStatus::new(self)
    }

    /// List what can be migrated ([`GET /api/atlas/v2/orgs/{orgId}/liveMigrations/availableProjects`](builder::ListOrgLiveMigrationAvailableProjects))
    pub fn list_org_live_migration_available_projects(
        &self,
    ) -> builder::ListOrgLiveMigrationAvailableProjects<'_> {
        builder::ListOrgLiveMigrationAvailableProjects::new(self)
    }

    /// Check a migration request ([`POST /api/atlas/v2/groups/{groupId}/liveMigrations/validate`](builder::ValidateGroupLiveMigrations))
    pub fn validate_group_live_migrations(
        &self,
    ) -> builder::ValidateGroupLiveMigrations<'_> {
        builder::ValidateGroupLiveMigrations::new(self)
    }
}
